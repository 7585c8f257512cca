// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.util.BitSet;
import java.util.Map;

/**
 * What an exit status means. Zero is success. Any other is a failure that is worth another try, unless configuration
 * says otherwise. Immutable.
 */
final class ExitCodes {
    /**
     * What does not get better by trying again: the codes of sysexits.h but 75 (EX_TEMPFAIL, "try again"), and 126 and
     * 127, by which shells say that a command cannot be run.
     */
    static final String PERMANENT = "64-74,76-78,126,127";

    private static final int MAX = 255;
    private static final int SIGNAL_BASE = 128;
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(6, "SIGABRT"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"));

    private final BitSet retryable;

    private ExitCodes(BitSet retryable) {
        this.retryable = retryable;
    }

    /** Reads {@code retryable.exit.codes} and {@code permanent.exit.codes}. */
    static ExitCodes of(Values values) throws BadSetting {
        BitSet retryable = new BitSet();
        if (values.text("retryable.exit.codes").isPresent()) {
            retryable = codes(values, "retryable.exit.codes", "");
        } else {
            retryable.set(1, MAX + 1);
        }
        retryable.andNot(codes(values, "permanent.exit.codes", PERMANENT));
        return new ExitCodes(retryable);
    }

    /** Whether a failure with that status is worth another try. */
    boolean isRetryable(int status) {
        return retryable.get(status);
    }

    /** The status in words, with the signal where one ended the program. */
    static String describe(int status) {
        String signal = SIGNALS.get(status - SIGNAL_BASE);
        return "exit status " + status + (signal == null ? "" : " (" + signal + ")");
    }

    private static BitSet codes(Values values, String name, String absent) throws BadSetting {
        BitSet codes = new BitSet();
        for (String range : values.list(name, ",", absent)) {
            String[] ends = range.split("-", 2);
            int from = code(name, range, ends[0]);
            int to = code(name, range, ends[ends.length - 1]);
            if (from > to) {
                throw new BadSetting(name, range, "the range is empty");
            }
            codes.set(from, to + 1);
        }
        return codes;
    }

    private static int code(String name, String range, String text) throws BadSetting {
        try {
            int code = Integer.parseInt(text.trim());
            if (code >= 1 && code <= MAX) {
                return code;
            }
        } catch (NumberFormatException e) {
            throw new BadSetting(name, range, "not a list of exit codes such as 3,64-78");
        }
        throw new BadSetting(name, range, "not within 1 and " + MAX);
    }
}
