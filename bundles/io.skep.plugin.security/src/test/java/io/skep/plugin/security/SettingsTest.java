// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final Map<String, Object> CORP =
            Map.of("issuer.corp.issuer", "https://id.example/corp", "issuer.corp.audience", "skep");

    /** The configuration with these values, and the defaults besides. */
    private static Config config(Map<String, Object> values) {
        return (Config) Proxy.newProxyInstance(
                Config.class.getClassLoader(),
                new Class<?>[] {Config.class},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private static Settings read(Map<String, Object> properties) {
        return Settings.read(config(Map.of()), properties);
    }

    private static Map<String, Object> corp(String... more) {
        Map<String, Object> properties = new TreeMap<>(CORP);
        for (int i = 0; i < more.length; i += 2) {
            properties.put("issuer.corp." + more[i], more[i + 1]);
        }
        return properties;
    }

    @Test
    void defaults_areOursAlone_besideTheStore() {
        Settings settings = read(Map.of());
        assertThat(settings.identity().issuers()).isEmpty();
        assertThat(settings.identity().introspection()).isNull();
        assertThat(settings.audit().retention()).isEqualTo(Duration.ofDays(400));
        assertThat(settings.place().log()).isEqualTo(settings.place().keys().resolveSibling("audit"));
        assertThat(settings.place()).isEqualTo(Settings.DEFAULT.place());
    }

    @Test
    void values_areTaken() {
        Settings settings = Settings.read(
                config(Map.of(
                        "directory", "/var/skep",
                        "checkpoints", "/mnt/other",
                        "witnesses", "/mnt/a, /mnt/b,, /mnt/a",
                        "retention_days", 30,
                        "caller_rate", 5,
                        "lockout_seconds", 7200,
                        "token_minutes", 5)),
                Map.of());
        assertThat(settings.place().log()).isEqualTo(Path.of("/var/skep/audit"));
        assertThat(settings.place().checkpoints()).isEqualTo(Path.of("/mnt/other"));
        assertThat(settings.place().witnesses()).containsExactly(Path.of("/mnt/a"), Path.of("/mnt/b"));
        assertThat(settings.audit().retention()).isEqualTo(Duration.ofDays(30));
        assertThat(settings.identity().limits().principalRate()).isEqualTo(5);
        assertThat(settings.identity().lockout().longest()).isEqualTo(Duration.ofHours(2));
        assertThat(settings.identity().local().tokenLife()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void issuer_isReadWithAllItSays() {
        TrustedIssuer issuer = read(corp(
                        "jwks", "https://id.example/keys",
                        "algorithms", "RS256, ES256",
                        "claim.roles", "/realm_access/roles,groups",
                        "claim.scopes", "",
                        "kind", "human",
                        "tenant", "blue",
                        "tenants", "blue, red",
                        "role.devs", "developer",
                        "roles.mapped.only", "true",
                        "required", "jti",
                        "max.hours", "1"))
                .identity()
                .issuers()
                .get(0);
        assertThat(issuer.issuer()).isEqualTo("https://id.example/corp");
        assertThat(issuer.jwks()).isEqualTo(URI.create("https://id.example/keys"));
        assertThat(issuer.algorithms()).containsExactlyInAnyOrder("RS256", "ES256");
        assertThat(issuer.mapping().roles()).containsExactly("/realm_access/roles", "groups");
        assertThat(issuer.mapping().scopes()).isEmpty();
        assertThat(issuer.mapping().rules().defaultKind()).isEqualTo(Kind.HUMAN);
        assertThat(issuer.mapping().rules().tenants()).containsExactlyInAnyOrder("blue", "red");
        assertThat(issuer.mapping().rules().roleNames()).containsEntry("devs", "developer");
        assertThat(issuer.mapping().rules().mappedRolesOnly()).isTrue();
        assertThat(issuer.required()).containsExactly("jti");
        assertThat(issuer.maxLifetime()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void introspection_isRead() {
        var introspection = read(Map.of(
                        "introspection.endpoint", "https://id.example/introspect",
                        "introspection.client.id", "skep",
                        "introspection.client.secret", "s",
                        "introspection.issuer", "https://id.example",
                        "introspection.audience", new String[] {"skep"}))
                .identity()
                .introspection();
        assertThat(introspection).isNotNull();
        assertThat(introspection.audience()).isEqualTo("skep");
    }

    @ParameterizedTest
    @CsvSource({
        "issuer,              '',          issuer.corp.issuer is missing",
        "audience,            '',          issuer.corp.audience is missing",
        "algorithms,          HS256,       issuer.corp.",
        "jwks,                ':',         issuer.corp.jwks",
        "kind,                robot,       issuer.corp.kind",
        "kind,                agent,       issuer.corp.",
        "max.hours,           long,        issuer.corp.max.hours",
        "colour,              red,         issuer.corp.colour is no property",
        "claim.tenant,        '',          issuer.corp.",
    })
    void wrongIssuer_isNamed(String property, String value, String message) {
        assertThatThrownBy(() -> read(corp(property, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void wrongConfiguration_leavesOursAlone_andLaterEverythingAsItWas() {
        SecurityPlugin plugin = new SecurityPlugin(config(Map.of()), corp("kind", "robot"));
        assertThat(plugin.settings()).isSameAs(Settings.DEFAULT);
        plugin.modified(config(Map.of()), corp());
        Settings good = plugin.settings();
        assertThat(good.identity().issuers()).hasSize(1);
        plugin.modified(config(Map.of()), corp("kind", "robot"));
        assertThat(plugin.settings()).isSameAs(good);
    }

    @Test
    void wrongIntrospection_isNamed() {
        assertThatThrownBy(() -> read(Map.of("introspection.endpoint", "https://id.example/i")))
                .hasMessageContaining("introspection.client.id");
        assertThatThrownBy(() -> read(Map.of("introspection.colour", "red"))).hasMessageContaining("colour");
        assertThat(new SecurityPlugin(Clock.systemUTC(), Settings.DEFAULT)
                        .health()
                        .toCompletableFuture()
                        .join()
                        .healthy())
                .isFalse();
    }
}
