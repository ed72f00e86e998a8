/**
 * The PowerGrad Transform as a training loss for Deeplearning4j: cross-entropy in the forward pass, the gradient
 * p<sup>&alpha;</sup>/&Sigma;p<sup>&alpha;</sup> &minus; q in the backward pass.
 *
 * <p>What belongs here: the losses ({@link io.github.powergrad.LossPowerGrad} and, for integer labels,
 * {@link io.github.powergrad.LossSparsePowerGrad}), the mathematics they share
 * ({@link io.github.powergrad.PowerTransform}), what attaches them to existing networks
 * ({@link io.github.powergrad.PowerGrad}) and to SameDiff graphs ({@link io.github.powergrad.SDPowerGrad}), the
 * listeners that the paper's training recipes need ({@link io.github.powergrad.AlphaSchedule},
 * {@link io.github.powergrad.AdaptiveGradientClipping}), and the score to stop training early by
 * ({@link io.github.powergrad.CalibratedLossCalculator}). Everything runs on the ND4J backend of the application;
 * nothing here depends on one.
 *
 * <p>Source: "Softmax Gradient Tampering: Decoupling the Backward Pass for Improved Fitting" (ICLR 2022 submission),
 * later "Altering Backward Pass Gradients improves Convergence", arXiv:2111.12495v3.
 */
package io.github.powergrad;
