// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import java.util.Random;

/**
 * What the tasks of every benchmark carry: as input the JSON object {@code {"payload":"..."}} of {@value #BYTES} bytes,
 * filled with letters and digits at random from a fixed seed, as result {@value #RESULT}, and {@value #DESCRIPTION} as
 * description.
 */
public final class Payload {
    /** Size of the input in bytes. */
    public static final int BYTES = 300;

    /** The description of every task. */
    public static final String DESCRIPTION = "benchmark task";

    /** The input of every task. */
    public static final String INPUT = input();

    /** The result of every task. */
    public static final String RESULT = "{\"ok\":true}";

    private static final String CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private Payload() {}

    private static String input() {
        StringBuilder text = new StringBuilder("{\"payload\":\"");
        new Random(300)
                .ints(BYTES - text.length() - 2, 0, CHARACTERS.length())
                .forEach(index -> text.append(CHARACTERS.charAt(index)));
        return text.append("\"}").toString();
    }
}
