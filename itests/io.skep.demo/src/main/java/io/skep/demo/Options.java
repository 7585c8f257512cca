// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param repository a directory in the git repository to work on
 * @param home the instance directory of the demo's own server
 * @param report the file that the report is written to
 * @param json the file that the summary is written to, or null
 * @param once whether the server is stopped at the end
 */
record Options(
        Path repository, Path home, Path report, @Nullable Path json, boolean once) {
    static final String USAGE = String.join(
            System.lineSeparator(),
            "usage: ./skep demo [--once] [--repo DIR] [--out FILE] [--json FILE] [--home DIR]",
            "  --once       stop the server at the end",
            "  --repo DIR   the git repository to work on; default: the one that ./skep is in",
            "  --out FILE   where the report goes; default: skep-report.md",
            "  --json FILE  also write a summary for programs",
            "  --home DIR   the demo's instance directory; default: .skep/demo beside ./skep");

    /** The command line cannot be understood; the message is for the user. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /**
     * Reads the words of a command line.
     *
     * @param base where ./skep is, or where the user is when it is not known
     * @param here where the user is
     */
    static Options parse(List<String> words, Path base, Path here) throws UsageException {
        Path repository = base;
        Path home = base.resolve(".skep").resolve("demo");
        Path report = here.resolve("skep-report.md");
        Path json = null;
        boolean once = false;
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            switch (word) {
                case "--once" -> once = true;
                case "--repo" -> repository = here.resolve(value(word, rest));
                case "--out" -> report = here.resolve(value(word, rest));
                case "--json" -> json = here.resolve(value(word, rest));
                case "--home" -> home = here.resolve(value(word, rest));
                default -> throw new UsageException("unknown: " + word);
            }
        }
        return new Options(repository, home.normalize(), report.normalize(), json, once);
    }

    private static String value(String option, Deque<String> rest) throws UsageException {
        String value = rest.pollFirst();
        if (value == null || value.isEmpty()) {
            throw new UsageException(option + " needs a value");
        }
        return value;
    }
}
