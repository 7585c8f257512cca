// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A hook: what is done when what happens. Immutable; what is null has the default that its method says. A hook is either
 * before something, and core waits for it, or after something, and nobody does.
 *
 * @param name letters, digits, dot, underscore and hyphen, at most 64
 * @param description in words, at most 500 characters
 * @param enabled false to keep it without using it
 * @param on types of events: exact, or with a star at the end ({@code task.*}), at most 20; or {@value
 *     EventNames#BEFORE_START} or {@value EventNames#BEFORE_COMPLETION}, and then nothing else
 * @param match which of these, or null for all
 * @param kind {@value #PROGRAM}, {@value #WEBHOOK} or {@value #CAPABILITY}
 * @param program the name of a file in the directory of programs
 * @param args of the program, at most 20
 * @param environment of the program besides what every hook gets, at most 20
 * @param url of the webhook
 * @param secret the name of a file in the directory of secrets, by which the webhook signs
 * @param capability which is called
 * @param operation of it
 * @param data of the call, in whose texts {@code ${event}}, {@code ${type}}, {@code ${subject}}, {@code ${task}}, {@code
 *     ${agent}} and {@code ${cause}} are replaced
 * @param mode before something: {@value #CRITICAL}, {@value #BLOCKING}, {@value #PARALLEL} or {@value #ASYNCHRONOUS}; after
 *     something always {@value #ASYNCHRONOUS}
 * @param after names of hooks that must have ended before; at most 10
 * @param order among hooks of the same mode the lower one is first, 0 to 1000
 * @param timeoutMillis of one attempt
 * @param concurrency how many of it run at the same time, 1 to 32
 * @param attempts how often it is tried, 1 to 20
 * @param backoffMillis the pause before the second attempt, doubled each time up to a minute
 * @param onFailure before something: {@value #OPEN} (the task goes on) or {@value #CLOSED} (it does not); after something:
 *     {@value #DEAD_LETTER}, {@value #DROP} or {@value #HOLD} (tried until it succeeds, and nothing later before)
 * @param amend a JSON Schema of what it may add to a task; without one it may add nothing
 * @param overBudget what becomes of it when it costs more than its budget, or null for what the configuration says
 */
record HookSpec(
        @Nullable String name,
        @Nullable String description,
        @Nullable Boolean enabled,
        @Nullable List<String> on,
        @Nullable Match match,
        @Nullable String kind,
        @Nullable String program,
        @Nullable List<String> args,
        @Nullable Map<String, String> environment,
        @Nullable String url,
        @Nullable String secret,
        @Nullable String capability,
        @Nullable String operation,
        @Nullable JsonNode data,
        @Nullable String mode,
        @Nullable List<String> after,
        @Nullable Integer order,
        @Nullable Integer timeoutMillis,
        @Nullable Integer concurrency,
        @Nullable Integer attempts,
        @Nullable Integer backoffMillis,
        @Nullable String onFailure,
        @Nullable JsonNode amend,
        @Nullable String overBudget) {
    static final String PROGRAM = "program";
    static final String WEBHOOK = "webhook";
    static final String CAPABILITY = "capability";
    static final String CRITICAL = "critical";
    static final String BLOCKING = "blocking";
    static final String PARALLEL = "parallel";
    static final String ASYNCHRONOUS = "asynchronous";
    static final String OFF = "off";
    static final String OPEN = "open";
    static final String CLOSED = "closed";
    static final String DEAD_LETTER = "deadletter";
    static final String DROP = "drop";
    static final String HOLD = "hold";
    /** The most characters of one as JSON. */
    static final int MAX_CHARS = 32_000;

    private static final int MAX_TIMEOUT = 600_000;
    private static final int MAX_ATTEMPTS = 20;
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);
    private static final String TYPE = "[a-z][a-z0-9-]*(\\.[a-z0-9-]+)*(\\.\\*|\\*)?|\\*";

    /**
     * This one, if it can be used.
     *
     * @throws Declination that says what is wrong
     */
    HookSpec valid() {
        Inputs.name("name", Inputs.required("name", name));
        Inputs.text("description", description, 500);
        List<String> types = Inputs.texts("on", Inputs.required("on", on), 20, 128);
        if (types.isEmpty()) {
            throw new Declination("field \"on\" must name at least one type of events");
        }
        for (String type : types) {
            if (!type.matches(TYPE)) {
                throw new Declination("field \"on\": " + EventNames.shown(type) + " is no type of events");
            }
        }
        if (types.stream().anyMatch(EventNames::isBefore) && types.size() > 1) {
            throw new Declination("field \"on\": a hook before something is before that alone");
        }
        if (match != null) {
            match.valid();
        }
        checkKind();
        checkFlow();
        if (amend != null) {
            Amendments.check(amend);
        }
        return this;
    }

    private void checkKind() {
        Inputs.oneOf("kind", Inputs.required("kind", kind), List.of(PROGRAM, WEBHOOK, CAPABILITY));
        switch (Objects.requireNonNull(kind)) {
            case PROGRAM -> {
                Inputs.name("program", Inputs.required("program", program));
                Inputs.texts("args", args, 20, 1_000);
                for (Map.Entry<String, String> one : environment().entrySet()) {
                    boolean isGood = one.getKey().matches("[A-Z][A-Z0-9_]{0,63}")
                            && one.getValue() != null
                            && one.getValue().length() <= 4_000
                            && one.getValue().indexOf(0) < 0;
                    if (!isGood || environment().size() > 20) {
                        throw new Declination("field \"environment\" has at most 20 names of upper case letters, digits"
                                + " and underscores with values of at most 4000 characters");
                    }
                }
            }
            case WEBHOOK -> {
                Inputs.text("url", Inputs.required("url", url), 2_000);
                uri();
                Inputs.name("secret", secret);
            }
            default -> {
                Inputs.name("capability", Inputs.required("capability", capability));
                Inputs.name("operation", Inputs.required("operation", operation));
            }
        }
    }

    private void checkFlow() {
        List<String> modes = isBefore() ? List.of(CRITICAL, BLOCKING, PARALLEL, ASYNCHRONOUS) : List.of(ASYNCHRONOUS);
        Inputs.oneOf("mode", mode, modes);
        Inputs.texts("after", after, 10, 64);
        Inputs.range("order", order, 0, 1_000);
        Inputs.range("timeoutMillis", timeoutMillis, 1, MAX_TIMEOUT);
        Inputs.range("concurrency", concurrency, 1, 32);
        Inputs.range("attempts", attempts, 1, MAX_ATTEMPTS);
        Inputs.range("backoffMillis", backoffMillis, 1, LONGEST_BACKOFF.toMillis());
        Inputs.oneOf("onFailure", onFailure, isBefore() ? List.of(OPEN, CLOSED) : List.of(DEAD_LETTER, DROP, HOLD));
        Inputs.oneOf("overBudget", overBudget, Settings.POLICIES);
        if (amend != null && !types().contains(EventNames.BEFORE_START)) {
            throw new Declination("field \"amend\": only a hook before a start can add to a task");
        }
    }

    /** Where the webhook goes. */
    URI uri() {
        try {
            URI uri = new URI(Objects.requireNonNull(url));
            boolean isHttp = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (!isHttp || uri.getHost() == null || uri.getUserInfo() != null) {
                throw new Declination("field \"url\" must be one of http or https, without a name and password");
            }
            return uri;
        } catch (URISyntaxException wrong) {
            throw new Declination("field \"url\" is no URL");
        }
    }

    /** The name, once it is {@link #valid}. */
    String called() {
        return Objects.requireNonNull(name);
    }

    private List<String> types() {
        return Objects.requireNonNullElse(on, List.of());
    }

    /** Whether core waits for it. */
    boolean isBefore() {
        return on != null && on.stream().anyMatch(EventNames::isBefore);
    }

    /** Whether it is used. */
    boolean isOn() {
        return enabled == null || enabled;
    }

    /** Blocking before something, asynchronous after it, unless it is said. */
    String how() {
        return mode != null ? mode : isBefore() ? BLOCKING : ASYNCHRONOUS;
    }

    /** Its name and that of nobody by default. */
    List<String> waitsFor() {
        return Objects.requireNonNullElse(after, List.of());
    }

    /** 100 by default. */
    int place() {
        return Objects.requireNonNullElse(order, 100);
    }

    /** 10 s by default. */
    Duration timeout() {
        return Duration.ofMillis(Objects.requireNonNullElse(timeoutMillis, 10_000));
    }

    /** One at a time by default after something, four before it. */
    int atOnce() {
        return Objects.requireNonNullElse(concurrency, isBefore() ? 4 : 1);
    }

    /** Once by default before something, five times after it. */
    int tries() {
        return Objects.requireNonNullElse(attempts, isBefore() ? 1 : 5);
    }

    /** The pause after so many attempts. */
    Duration pause(int tried) {
        long first = Objects.requireNonNullElse(backoffMillis, 200);
        return Duration.ofMillis(Math.min(
                LONGEST_BACKOFF.toMillis(), first << Math.min(Math.max(tried - 1, 0), MAX_ATTEMPTS)));
    }

    /** What its failure means: closed for a critical one, open for others before something, a dead letter after it. */
    String failure() {
        return onFailure != null ? onFailure : !isBefore() ? DEAD_LETTER : how().equals(CRITICAL) ? CLOSED : OPEN;
    }

    /** Never null. */
    @Override
    public Map<String, String> environment() {
        return Objects.requireNonNullElse(environment, Map.of());
    }

    /** The same, but asynchronous or off. */
    HookSpec demoted(String to) {
        boolean isOff = to.equals(OFF);
        return new HookSpec(
                name,
                description,
                isOff ? Boolean.FALSE : enabled,
                on,
                match,
                kind,
                program,
                args,
                environment,
                url,
                secret,
                capability,
                operation,
                data,
                isOff ? mode : ASYNCHRONOUS,
                after,
                order,
                timeoutMillis,
                concurrency,
                attempts,
                backoffMillis,
                onFailure,
                amend,
                overBudget);
    }

    /** Whether it is for this. */
    boolean isFor(Happening happening) {
        return isOn() && isOfType(happening.type()) && (match == null || match.fits(happening));
    }

    /** Whether it is for something of that type, whatever else it is. */
    boolean isOfType(String type) {
        return on != null && on.stream().anyMatch(pattern -> EventNames.fits(pattern, type));
    }

    /** Whether it can only be said with the task whether it is for an event. */
    boolean needsTask() {
        return match != null && match.needsTask();
    }
}
