// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.faultplugin;

import java.time.Duration;
import java.util.Dictionary;
import java.util.Objects;

/**
 * What a manifest says.
 *
 * @param plugin the name of the plugin
 * @param capability the id of its capability
 * @param version of its bundle
 * @param fault what is wrong with it from the beginning
 * @param work how long a call takes at its best
 * @param slow how long a call takes when it is slow, and a while of going wrong lasts
 * @param act how much longer than any other a call takes that must not be done twice
 */
record Settings(
        String plugin, String capability, String version, Fault fault, Duration work, Duration slow, Duration act) {
    Settings {
        Objects.requireNonNull(plugin);
        Objects.requireNonNull(capability);
        Objects.requireNonNull(version);
        Objects.requireNonNull(fault);
        Objects.requireNonNull(work);
        Objects.requireNonNull(slow);
        Objects.requireNonNull(act);
    }

    /**
     * Reads {@code Skep-Plugin-Name}, {@code Skep-Capability}, {@code Skep-Fault}, {@code Skep-Work-Millis} and {@code
     * Skep-Act-Millis} (0 if absent) and {@code Skep-Fault-Millis}: a number, or a factor such as {@code 3x} of the work.
     */
    static Settings of(Dictionary<String, String> headers, String version) {
        String fault = header(headers, "Skep-Fault", "none");
        Duration work = Duration.ofMillis(Long.parseLong(header(headers, "Skep-Work-Millis", "0")));
        return new Settings(
                header(headers, "Skep-Plugin-Name", "faulty"),
                header(headers, "Skep-Capability", "faulty_echo"),
                version,
                Fault.of(fault).orElseThrow(() -> new IllegalArgumentException("there is no fault " + fault)),
                work,
                slow(header(headers, "Skep-Fault-Millis", "500"), work),
                Duration.ofMillis(Long.parseLong(header(headers, "Skep-Act-Millis", "0"))));
    }

    private static Duration slow(String text, Duration work) {
        return text.endsWith("x")
                ? work.multipliedBy(Long.parseLong(text, 0, text.length() - 1, 10))
                : Duration.ofMillis(Long.parseLong(text));
    }

    private static String header(Dictionary<String, String> headers, String name, String whenAbsent) {
        String value = headers.get(name);
        return value == null ? whenAbsent : value;
    }
}
