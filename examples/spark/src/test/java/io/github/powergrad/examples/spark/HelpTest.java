package io.github.powergrad.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@DisplayName("The option --help of the commands on Spark")
class HelpTest {

    @Test
    void saysWhatEachCommandAndEachOfItsOptionsIsFor() {
        for (CommandLine command : PowerGradSpark.commandLine().getSubcommands().values()) {
            assertThat(command.getCommandSpec().usageMessage().description()).as(command.getCommandName()).isNotEmpty();
            assertThat(command.getCommandSpec().args()).allSatisfy(option ->
                    assertThat(option.description()).as("%s %s", command.getCommandName(), option).isNotEmpty());
        }
    }
}
