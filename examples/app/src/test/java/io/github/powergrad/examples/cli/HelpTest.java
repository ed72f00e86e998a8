package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@DisplayName("The option --help")
class HelpTest {

    @Test
    void says_what_each_command_and_each_of_its_options_is_for() {
        for (CommandLine command : PowerGrad.commandLine().getSubcommands().values()) {
            assertThat(command.getCommandSpec().usageMessage().description()).as(command.getCommandName()).isNotEmpty();
            assertThat(command.getCommandSpec().args()).allSatisfy(option ->
                    assertThat(option.description()).as("%s %s", command.getCommandName(), option).isNotEmpty());
        }
    }
}
