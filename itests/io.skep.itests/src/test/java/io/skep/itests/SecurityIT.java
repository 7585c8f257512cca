// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skep.client.Canary;
import io.skep.client.CapabilityCall;
import io.skep.client.PluginJars;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A server that lets nobody in without the plugin security, whatever happens to that plugin. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SecurityIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private PluginLab lab;

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Container.of("security", Container.setting("io.skep.core", "auth", "required"));
    }

    @Before
    public void ready() throws Exception {
        lab = new PluginLab();
        Instance.eventually(() -> status("GET", "/api/v1/tasks", lab.instance().token(), null), s -> s == 200);
    }

    private HttpResponse<String> send(String method, String path, String token, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + System.getProperty("skep.http.port") + path))
                .timeout(LONG)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(String method, String path, String token, String body) throws Exception {
        return send(method, path, token, body).statusCode();
    }

    private JsonNode call(String capability, String operation, String data) throws Exception {
        var answer = lab.client()
                .call(CapabilityCall.of(capability, JSON.readTree(data)).operation(operation));
        assertTrue(answer.toString(), answer.isAnswered());
        return answer.data();
    }

    private String key(String subject, String kind, String role) throws Exception {
        String owner = kind.equals("agent") ? ",\"owner\":\"ada\"" : "";
        return call(
                        "oauth_auth",
                        "issue",
                        "{\"type\":\"api-key\",\"subject\":\"" + subject + "\",\"kind\":\"" + kind
                                + "\",\"tenant\":\"blue\",\"roles\":[\"" + role + "\"]" + owner + "}")
                .path("secret")
                .asText();
    }

    @Test
    public void callers_doWhatTheirRolesAllow_andNoMore() throws Exception {
        assertEquals(401, status("GET", "/api/v1/tasks", null, null));
        assertEquals(401, status("GET", "/api/v1/tasks", "skep_nobodys_key", null));
        String viewer = key("vera", "human", "viewer");
        String developer = key("dan", "human", "developer");
        assertEquals(200, status("GET", "/api/v1/tasks", viewer, null));
        assertEquals(403, status("POST", "/api/v1/tasks", viewer, "{\"description\":\"d\"}"));
        assertEquals(403, status("GET", "/api/v1/store", developer, null));
        HttpResponse<String> submitted = send("POST", "/api/v1/tasks", developer, "{\"description\":\"d\"}");
        assertEquals(submitted.body(), 201, submitted.statusCode());
        JsonNode task = JSON.readTree(submitted.body());
        assertEquals("blue", task.path("tenant").asText());
        assertEquals("dan", task.path("owner").asText());
        String path = "/api/v1/tasks/" + task.path("id").asText();
        assertEquals(200, status("GET", path, viewer, null));
        assertEquals(403, status("POST", path + "/cancel", viewer, "{}"));
        assertEquals(200, status("POST", path + "/cancel", developer, "{}"));
        JsonNode denied = call("audit_logging", "query", "{\"outcome\":\"denied\",\"action\":\"cancel\"}");
        assertEquals(denied.toString(), 1, denied.path("events").size());
        assertEquals("vera", denied.path("events").path(0).path("name").asText());
    }

    @Test
    public void agent_doesItsOwnWork_andRecordsItUnderItsOwnName() throws Exception {
        String secret = lab.client().register("worker", 1, "sec").path("secret").asText();
        String other = lab.client().register("other", 1, "sec").path("secret").asText();
        SkepClient worker = lab.client().as(secret);
        String id = lab.client()
                .submit(SkepClient.object()
                        .put("description", "d")
                        .set("skills", SkepClient.array().add("sec")))
                .path("id")
                .asText();
        JsonNode claimed = Instance.eventually(
                () -> claim(worker, lab.client().as(other)),
                its -> its.path("id").asText().equals(id));
        boolean byWorker = claimed.path("agent").asText().equals("worker");
        String holder = byWorker ? secret : other;
        String stranger = byWorker ? other : secret;
        String completion = "{\"token\":" + claimed.path("token").asLong() + ",\"result\":1}";
        assertEquals(403, status("POST", "/api/v1/tasks/" + id + "/complete", stranger, completion));
        assertEquals(403, status("GET", "/api/v1/tasks/" + id, stranger, null));
        assertEquals(200, status("POST", "/api/v1/tasks/" + id + "/complete", holder, completion));
        assertEquals(403, status("GET", "/api/v1/flags", holder, null));
        String note = "{\"operation\":\"append\",\"agentId\":\"somebody-else\","
                + "\"data\":{\"action\":\"send\",\"type\":\"mail\",\"id\":\"m-1\"}}";
        HttpResponse<String> noted = send("POST", "/api/v1/capabilities/audit_logging", holder, note);
        assertEquals(noted.body(), 200, noted.statusCode());
        assertEquals(
                403,
                status(
                        "POST",
                        "/api/v1/capabilities/rbac_enforcement",
                        holder,
                        "{\"operation\":\"policy\",\"data\":{}}"));
        JsonNode events = call("audit_logging", "query", "{\"type\":\"mail\",\"id\":\"m-1\"}")
                .path("events");
        assertEquals(byWorker ? "worker" : "other", events.path(0).path("actor").asText());
    }

    @Test
    public void client_getsATokenForItsSecretAlone_andOthersFindItsKey() throws Exception {
        JsonNode client = call(
                "oauth_auth",
                "issue",
                "{\"type\":\"client\",\"subject\":\"carl\",\"kind\":\"service\",\"tenant\":\"blue\","
                        + "\"roles\":[\"viewer\"]}");
        String id = client.path("id").asText();
        HttpResponse<String> issued = token(id, client.path("secret").asText());
        assertEquals(issued.body(), 200, issued.statusCode());
        assertEquals("no-store", issued.headers().firstValue("Cache-Control").orElse(""));
        String token = JSON.readTree(issued.body()).path("access_token").asText();
        assertEquals(200, status("GET", "/api/v1/tasks", token, null));
        assertEquals(403, status("POST", "/api/v1/tasks", token, "{\"description\":\"d\"}"));
        String header = new String(Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), UTF_8);
        HttpResponse<String> keys = send("GET", "/.well-known/jwks.json", null, null);
        assertTrue(
                keys.body(),
                keys.body().contains(JSON.readTree(header).path("kid").asText()));
        JsonNode metadata = JSON.readTree(send("GET", "/.well-known/oauth-authorization-server", null, null)
                .body());
        assertTrue(metadata.toString(), metadata.path("token_endpoint").asText().endsWith("/oauth/token"));
        HttpResponse<String> guessed = token(id, "guess");
        assertEquals(401, guessed.statusCode());
        assertEquals(
                "invalid_client", JSON.readTree(guessed.body()).path("error").asText());
        JsonNode denied = call("audit_logging", "query", "{\"outcome\":\"denied\",\"action\":\"login\"}");
        assertTrue(denied.toString(), denied.toString().contains(id));
    }

    private HttpResponse<String> token(String id, String secret) throws IOException, InterruptedException {
        String pair = Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + System.getProperty("skep.http.port") + "/oauth/token"))
                .timeout(LONG)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "Basic " + pair)
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode claim(SkepClient worker, SkepClient other) throws Exception {
        List<JsonNode> its = worker.claim("worker", 1, Duration.ofMillis(200));
        List<JsonNode> others = its.isEmpty() ? other.claim("other", 1, Duration.ofMillis(200)) : its;
        return others.isEmpty() ? JSON.createObjectNode() : others.get(0);
    }

    @Test
    public void capabilityThatIsOff_closesEveryDoorButHealth_andTheShellOpensThemAgain() throws Exception {
        String token = lab.instance().token();
        for (String capability : List.of("oauth_auth", "rbac_enforcement", "audit_logging")) {
            Instance.Answer off = lab.instance().shell("flag:set " + capability + " off");
            assertEquals(off.text(), 0, off.status());
            HttpResponse<String> closed = send("GET", "/api/v1/tasks", token, null);
            assertEquals(closed.body(), 503, closed.statusCode());
            assertTrue(closed.headers().firstValue("Retry-After").isPresent());
            assertEquals(200, status("GET", "/health/live", null, null));
            Instance.Answer on = lab.instance().shell("flag:set " + capability + " on");
            assertEquals(on.text(), 0, on.status());
            assertEquals(200, status("GET", "/api/v1/tasks", token, null));
        }
    }

    @Test
    public void pluginThatIsStopped_closesTheDoors_untilItIsBack() throws Exception {
        String token = lab.instance().token();
        Bundle bundle = bundle();
        bundle.stop();
        try {
            assertEquals(503, status("GET", "/api/v1/tasks", token, null));
            assertEquals(503, status("GET", "/api/v1/tasks", null, null));
            assertEquals(503, token("nobody", "none").statusCode());
            assertEquals(503, status("GET", "/.well-known/jwks.json", null, null));
        } finally {
            bundle.start();
        }
        Instance.eventually(() -> status("GET", "/api/v1/tasks", token, null), status -> status == 200);
    }

    @Test
    public void swapUnderLoad_failsNoRequest_andLosesNoRecord() throws Exception {
        String viewer = key("victor", "human", "viewer");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger fine = new AtomicInteger();
        AtomicInteger denied = new AtomicInteger();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean denies = i == 0;
            Thread thread = new Thread(() -> load(viewer, denies, stop, denies ? denied : fine, wrong), "load-" + i);
            thread.start();
            threads.add(thread);
        }
        try {
            Instance.eventually(() -> fine.get() > 50 && denied.get() > 5, Boolean::booleanValue);
            upgrade("9.1.1");
            Path jar = upgrade("9.1.2");
            try (InputStream same = Files.newInputStream(jar)) {
                bundle().update(same);
            }
            Instance.eventually(() -> fine.get() > 100 && denied.get() > 10, Boolean::booleanValue);
        } finally {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join(LONG.toMillis());
            }
        }
        assertTrue("failed: " + wrong, wrong.isEmpty());
        assertTrue(fine + " let in, " + denied + " refused", fine.get() > 100 && denied.get() > 10);
        assertEquals(denied.get(), recorded("{\"outcome\":\"denied\",\"action\":\"update\",\"limit\":200}"));
        JsonNode verified = call("audit_logging", "verify", "{}");
        assertTrue(verified.toString(), verified.path("intact").asBoolean());
        String period = "{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"}";
        Path report =
                Path.of(call("audit_logging", "report", period).path("file").asText());
        String said = Files.readString(report);
        assertTrue("which version wrote it: " + said, said.contains("9.1."));
    }

    private void load(
            String token,
            boolean denies,
            AtomicBoolean stop,
            AtomicInteger count,
            ConcurrentLinkedQueue<String> wrong) {
        while (!stop.get()) {
            try {
                HttpResponse<String> answer = denies
                        ? send("PUT", "/api/v1/flags/legacy.mode", token, "{\"on\":true}")
                        : send("GET", "/api/v1/agents", token, null);
                if (answer.statusCode() == (denies ? 403 : 200)) {
                    count.incrementAndGet();
                } else {
                    wrong.add(answer.statusCode() + " " + answer.body());
                }
            } catch (IOException e) {
                wrong.add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private int recorded(String query) throws Exception {
        int found = 0;
        String after = "";
        while (true) {
            JsonNode page = call("audit_logging", "query", query.replace("}", after + "}"));
            found += page.path("events").size();
            if (!page.has("next")) {
                return found;
            }
            after = ",\"after\":" + page.path("next").asLong();
        }
    }

    private Path upgrade(String version) throws Exception {
        Path jar = PluginJars.variant(
                systemJar(), lab.file("security-" + version + ".jar"), Map.of("Bundle-Version", version));
        JsonNode job = lab.operator().upgradeAndWait("security", jar, Canary.NONE, LONG);
        assertEquals(job.toString(), "promoted", job.path("outcome").asText());
        return jar;
    }

    private Path systemJar() throws IOException {
        return PluginJars.shipped(lab.instance().base(), "io.skep.plugin.security");
    }

    private Bundle bundle() {
        Bundle newest = null;
        for (Bundle bundle : context.getBundles()) {
            if ("io.skep.plugin.security".equals(bundle.getSymbolicName())
                    && bundle.getState() == Bundle.ACTIVE
                    && (newest == null || bundle.getVersion().compareTo(newest.getVersion()) > 0)) {
                newest = bundle;
            }
        }
        assertFalse("there is no such bundle", newest == null);
        return newest;
    }

    @Test
    public void personWhoIsErased_isGoneFromTheSessionsToo() throws Exception {
        call("session_management", "open", "{\"agent\":\"sam\",\"session\":\"erasure\"}");
        call(
                "session_management",
                "append",
                "{\"session\":\"erasure\",\"items\":[{\"text\":\"mine\",\"author\":\"eve\"},{\"text\":\"hers\"}]}");
        assertEquals(
                1,
                call("audit_logging", "erase", "{\"person\":\"eve\"}")
                        .path("items")
                        .asInt());
        JsonNode left = call("session_management", "items", "{\"session\":\"erasure\",\"archive\":true}");
        assertTrue(left.toString(), left.toString().contains("hers"));
        assertFalse(left.toString(), left.toString().contains("mine"));
    }

    @Test
    public void shell_findsAndVerifiesWhatWasRecorded() throws Exception {
        Instance.Answer verified = lab.instance().shell("audit:verify");
        assertEquals(verified.text(), 0, verified.status());
        assertTrue(verified.text(), verified.text().contains("\"intact\":true"));
        Instance.Answer shown = lab.instance().shell("policy:show");
        assertTrue(shown.text(), shown.text().contains("viewer"));
    }
}
