// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Intent;
import io.skep.api.admin.Principal;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.plugin.security.audit.AuditSettings;
import io.skep.plugin.security.identity.edge.IdentitySettings;
import io.skep.plugin.security.identity.local.HashSettings;
import io.skep.plugin.security.identity.local.LocalSettings;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The real core over a store in memory, in which the plugin serves; callers come from another machine. */
final class Server implements AutoCloseable {
    static final Caller ROOT = new Caller(
            new Principal("root", "human", "default", Set.of("admin"), null, "skep-local", null), null, null);
    private static final JsonMapper JSON = new JsonMapper();

    private final InMemoryLogStore log;
    private final Path directory;
    private Settings settings;
    private int version;

    Skep skep;
    SecurityPlugin plugin;

    Server(Path directory) throws IOException {
        this.directory = directory;
        log = new InMemoryLogStore(16, directory);
        settings = settings(directory);
        open();
    }

    /** Ours alone, with a hash that costs a test little. */
    static Settings settings(Path directory) {
        LocalSettings local = LocalSettings.DEFAULT.with(new HashSettings(64, 1, 1, 2, Duration.ofSeconds(30)));
        return settings(directory, IdentitySettings.DEFAULT.with(local));
    }

    static Settings settings(Path directory, IdentitySettings identity) {
        return new Settings(
                identity,
                AuditSettings.DEFAULT,
                new Trail.Place(
                        directory.resolve("audit"),
                        directory.resolve("checkpoints"),
                        List.of(directory.resolve("witness")),
                        directory.resolve("keys"),
                        1000));
    }

    private void open() throws IOException {
        skep = new Skep(log, new InMemoryProjection(16), CoreSettings.DEFAULT);
        serve();
    }

    /** The next version takes the place of the one before. */
    SecurityPlugin serve() {
        SecurityPlugin next = new SecurityPlugin(Clock.systemUTC(), settings);
        version++;
        get(skep.serve(
                new Generation.Origin(
                        SecurityPlugin.PLUGIN, "io.skep.plugin.security", version + ".0.0", version, null),
                next));
        SecurityPlugin before = plugin;
        plugin = next;
        if (before != null) {
            before.close();
        }
        return next;
    }

    /** As after a kill: nothing is closed in order but what holds locks. */
    void restart() throws IOException {
        plugin.close();
        skep.close();
        plugin = null;
        open();
    }

    Path directory() {
        return directory;
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    static Credential from(@Nullable String token, String address) {
        return new Credential(token, address, false, "GET /api/v1/tasks");
    }

    /** Who is let in to do that, or why nobody is. */
    Object admit(@Nullable String token, String action, String type) {
        return admit(token, Intent.to(action, type));
    }

    Object admit(@Nullable String token, Intent intent) {
        return caught(skep.access().admit(from(token, "10.1.2.3"), intent));
    }

    static Object caught(CompletionStage<?> stage) {
        try {
            return get(stage);
        } catch (CompletionException refused) {
            return ((Refusal) refused.getCause()).reason();
        }
    }

    IntegrationResponse ask(String capability, String operation, @Nullable Caller by, String data) {
        return get(skep.call(new IntegrationRequest(capability, operation, null, null, null, by, data)));
    }

    JsonNode call(String capability, String operation, String data) {
        return call(capability, operation, ROOT, data);
    }

    JsonNode call(String capability, String operation, @Nullable Caller by, String data) {
        IntegrationResponse response = ask(capability, operation, by, data);
        assertThat(response).isInstanceOf(Answered.class);
        return json(((Answered) response).data());
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    /** A new API key. */
    String key(String subject, String kind, String tenant, String role) {
        return call(
                        "oauth_auth",
                        "issue",
                        "{\"type\":\"api-key\",\"subject\":\"" + subject + "\",\"kind\":\"" + kind + "\",\"tenant\":\""
                                + tenant + "\",\"roles\":[\"" + role + "\"]"
                                + (kind.equals("agent") ? ",\"owner\":\"ada\"" : "") + "}")
                .path("secret")
                .asText();
    }

    JsonNode events(String query) {
        return call("audit_logging", "query", query).path("events");
    }

    @Override
    public void close() {
        plugin.close();
        skep.close();
    }
}
