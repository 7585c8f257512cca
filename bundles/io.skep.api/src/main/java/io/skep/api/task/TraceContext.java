// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where something is in a trace, as W3C Trace Context has it. Immutable. The ids of tasks and attempts follow from what
 * they are, so that whoever tells of a span twice, before and after a restart say, tells of the same span.
 *
 * @param traceId 32 hexadecimal digits in lower case, not all of them 0
 * @param spanId 16 of them, not all 0
 * @param isSampled whether spans of the trace are to be kept
 */
public record TraceContext(String traceId, String spanId, boolean isSampled) {
    /** All of them. */
    public static final int ALL_PERMILLE = 1_000;

    /** What comes after the flags belongs to versions that are not known yet, except of version 00. */
    private static final Pattern HEADER =
            Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private static final int MAX_LENGTH = 512;
    /** The digits by which W3C Trace Context 2 samples: the last seven bytes. */
    private static final int RANDOM_FROM = 18;

    private static final int RANDOM_BITS = 56;
    private static final int HEX = 16;

    public TraceContext {
        Objects.requireNonNull(traceId);
        Objects.requireNonNull(spanId);
    }

    /** What a header {@code traceparent} says; empty if it is absent or none, as the standard has it. */
    public static Optional<TraceContext> parse(@Nullable String traceparent) {
        if (traceparent == null || traceparent.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = HEADER.matcher(traceparent);
        if (!matcher.matches() || ("00".equals(matcher.group(1)) && matcher.group(5) != null)) {
            return Optional.empty();
        }
        boolean isSampled = (Integer.parseInt(matcher.group(4), HEX) & 1) == 1;
        return Optional.of(new TraceContext(matcher.group(2), matcher.group(3), isSampled));
    }

    /** A trace that begins with the task of that id, and is sampled. */
    public static TraceContext begin(String task) {
        return new TraceContext(hex(hash(task, 1)) + hex(hash(task, 2)), span(task, 0), true);
    }

    /** That of a task's own span. */
    public static TraceContext of(Task task) {
        return parse(task.spec().traceparent())
                .map(parent -> new TraceContext(parent.traceId, span(task.id(), 0), parent.isSampled))
                .orElseGet(() -> begin(task.id()));
    }

    /** That of the span of an attempt at a task: what its agent is given, whose own spans are below it. */
    public static TraceContext of(Task task, long token) {
        TraceContext its = of(task);
        return new TraceContext(its.traceId, span(task.id(), token), its.isSampled);
    }

    /** Another span of this trace, which follows from a text that says what it is of, and a number that is not negative. */
    public TraceContext with(String of, long number) {
        return new TraceContext(traceId, span(of, number), isSampled);
    }

    /** The same as sampled or not. */
    public TraceContext sampled(boolean sampled) {
        return new TraceContext(traceId, spanId, sampled);
    }

    /** Whether it is among so many of a thousand traces; who asks for more gets these and others. */
    public boolean isWithin(int permille) {
        long random = Long.parseLong(traceId.substring(RANDOM_FROM), HEX);
        return random < (1L << RANDOM_BITS) / ALL_PERMILLE * permille || permille >= ALL_PERMILLE;
    }

    /** The value of the header {@code traceparent}. */
    public String traceparent() {
        return "00-" + traceId + '-' + spanId + (isSampled ? "-01" : "-00");
    }

    private static String span(String of, long number) {
        return hex(hash(of, ~number));
    }

    private static String hex(long bits) {
        return HexFormat.of().toHexDigits(bits);
    }

    /**
     * FNV-1a over the text, mixed as SplitMix64 does it. Not to be changed: spans that were told of would be told of again
     * as others.
     */
    private static long hash(String text, long seed) {
        long bits = 0xcbf29ce484222325L ^ mixed(seed);
        for (int i = 0; i < text.length(); i++) {
            bits = (bits ^ text.charAt(i)) * 0x100000001b3L;
        }
        long all = mixed(bits);
        return all == 0 ? 1 : all;
    }

    private static long mixed(long value) {
        long bits = value + 0x9e3779b97f4a7c15L;
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
