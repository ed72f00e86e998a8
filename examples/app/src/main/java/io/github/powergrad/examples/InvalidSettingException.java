package io.github.powergrad.examples;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A value that is not allowed. The message names settings in braces, {@code {batch} must be at least 1, got 0}, so that
 * whoever shows it can call them what its reader does: {@code --batch} on the command line.
 */
public final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;
    private static final Pattern SETTING = Pattern.compile("\\{([a-z-]+)}");

    private final String template;

    /**
     * @param template the message, with the name of each setting in braces
     */
    public InvalidSettingException(String template) {
        super(withNames(template, UnaryOperator.identity()));
        this.template = template;
    }

    /**
     * Returns the message with other names.
     *
     * @param names gives the name to show for a setting
     */
    public String message(UnaryOperator<String> names) {
        return withNames(template, names);
    }

    private static String withNames(String template, UnaryOperator<String> names) {
        return SETTING.matcher(template).replaceAll(setting -> names.apply(setting.group(1)));
    }
}
