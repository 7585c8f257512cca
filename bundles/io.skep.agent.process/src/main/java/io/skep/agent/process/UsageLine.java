// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.task.Usage;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line of standard error by which a program says what it has used: {@code skep:usage tokens=1200 costMicros=3400}. */
final class UsageLine {
    private static final Pattern LINE =
            Pattern.compile("skep:usage(?:\\s+tokens=([0-9]{1,18}))?(?:\\s+costMicros=([0-9]{1,18}))?\\s*");

    private UsageLine() {}

    /** What the line says was used since the program began; empty if it is another line. */
    static Optional<Usage> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches()
                ? Optional.of(new Usage(number(matcher.group(1)), number(matcher.group(2))))
                : Optional.empty();
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
