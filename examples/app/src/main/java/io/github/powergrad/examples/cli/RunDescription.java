package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.data.LabelledImages;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.TrainingLoop;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.TrainingPlan.Parallel;
import io.github.powergrad.examples.train.checkpoint.CheckpointSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryUseMode;
import org.nd4j.linalg.api.buffer.DataType;

/** What will run, told before it runs. */
final class RunDescription {

    private RunDescription() {}

    static void print(
            PrintWriter out, CheckpointSettings settings, LabelledImages images, Object device, Path folder) {
        TrainingPlan plan = settings.plan();
        ComputationGraphConfiguration configuration = settings.configuration();
        out.printf(Locale.ROOT, "model    %s, %,d trainable parameters, %s%n",
                plan.model(), NetworkBuilder.trainableParameters(configuration), plan.type());
        out.printf(Locale.ROOT, "images   %s: %,d to train, %,d to test, %d classes, %dx%dx%d, %s%n",
                images.description(), images.trainingImages(), images.testImages(), images.classNames().size(),
                images.channels(), images.imageSize(), images.imageSize(),
                settings.bundledImages() ? "not augmented" : "augmentation " + plan.augmentation());
        out.printf(Locale.ROOT, "loss     alpha %s%s%s%s%n", plan.alpha(),
                plan.alphaWarmupEpochs() > 0 ? ", 1 in the first " + plan.alphaWarmupEpochs() + " epoch(s)" : "",
                plan.labelSmoothing() > 0 ? ", label smoothing " + plan.labelSmoothing() : "",
                plan.adaptiveClip() > 0 ? ", AGC " + plan.adaptiveClip()
                        : plan.gradientClip() > 0 ? ", gradient norm at most " + plan.gradientClip() : "");
        out.printf(Locale.ROOT, "schedule %s, %d epochs (%s warm-up, %d cool-down), lr %s to %s, momentum %s, weight decay %s%n",
                plan.scheduler(), plan.epochs(), NumberText.plain(plan.warmupEpochs()), plan.cooldownEpochs(), plan.learningRate(),
                plan.lowestLearningRate(), plan.momentum(), plan.weightDecay());
        out.printf(Locale.ROOT, "steps    %,d per epoch, batch %,d, seed %d%s%n",
                TrainingLoop.iterationsPerEpoch(plan, images.trainingImages()), plan.batch(), plan.seed(),
                settings.epoch() > 0 ? ", going on after epoch " + settings.epoch() : "");
        if (plan.devices() > 1) {
            out.printf(Locale.ROOT, "parallel %d devices, %s; effective batch %d x %,d = %,d, learning rate %s for all of it%n",
                    plan.devices(), exchange(plan), plan.devices(), plan.batch() / plan.devices(), plan.batch(),
                    plan.learningRate());
        }
        out.printf(Locale.ROOT, "device   %s%n", device);
        out.printf(Locale.ROOT, "memory   about %,d MB for network and activations%s%n",
                memory(plan, images, configuration) >> 20,
                plan.devices() > 1 ? ", for each of the " + plan.devices() : "");
        out.printf(Locale.ROOT, "output   %s%n", folder);
    }

    private static String exchange(TrainingPlan plan) {
        if (plan.parallel() == Parallel.SHARING) {
            return "updates shared";
        }
        return "parameters averaged after " + (plan.averagingFrequency() == 1
                ? "each update" : "every " + plan.averagingFrequency() + " updates");
    }

    private static long memory(TrainingPlan plan, LabelledImages images, ComputationGraphConfiguration configuration) {
        MemoryReport report = configuration.getMemoryReport(
                InputType.convolutional(images.imageSize(), images.imageSize(), images.channels()));
        return report.getTotalMemoryBytes(
                plan.batch() / plan.devices(), MemoryUseMode.TRAINING, CacheMode.NONE, DataType.valueOf(plan.type().name()));
    }
}
