// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.EventReader;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Three nodes on one PostgreSQL: every node takes every call, and whatever dies, nothing acknowledged is lost or done twice. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodesIT {
    private static final int ROUNDS = Integer.getInteger("skep.nodes.rounds", 1);
    /** From the end of a lease until the next node answers: it looks twice a second, reads the log and opens its edges. */
    private static final Duration OPENING = Duration.ofSeconds(60);

    private static final List<String> FAULTS = List.of("kill", "drain", "freeze", "cut", "kill an edge", "fail over");

    private static NodeLab lab;
    private static String secret;

    @BeforeAll
    static void start() throws Exception {
        lab = new NodeLab(3);
        lab.nodes.get(0).server().start(Instance.START);
        for (Instance node : lab.nodes.subList(1, 3)) {
            node.server().begin();
        }
        for (Instance node : lab.nodes) {
            node.server().awaitReady(Instance.START);
        }
        secret = lab.admin(lab.nodes.get(1))
                .register(NodeWork.AGENT, 64)
                .path("secret")
                .asText();
    }

    @AfterAll
    static void stop() throws Exception {
        lab.close();
    }

    @Test
    @Order(1)
    void everyNode_takesEveryCall() throws Exception {
        Instance.await("all three have said what they are", () -> roles().equals(List.of("serving", "edge", "edge")));
        assertThat(lab.list(lab.nodes.get(2)))
                .hasSize(3)
                .allSatisfy(node -> assertThat(node.path("url").asText()).startsWith("http://127.0.0.1:"));
        Instance serving = lab.serving(lab.nodes.get(0));
        Instance edge = lab.other(serving);
        Instance third = lab.other(edge);
        SkepClient agent = lab.admin(edge).as(secret);
        try (EventReader events = lab.admin(third).events("start")) {
            // The agent waits at one node for what is submitted at another, whose submitter waits at a third.
            CompletableFuture<List<JsonNode>> claim = CompletableFuture.supplyAsync(() -> {
                try {
                    return agent.claim(NodeWork.AGENT, 1, Instance.SOON);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            String id = lab.admin(third)
                    .submit(SkepClient.object().put("description", "over all nodes"))
                    .path("id")
                    .asText();
            JsonNode claimed = claim.join().get(0);
            assertThat(claimed.path("id").asText()).isEqualTo(id);
            CompletableFuture<JsonNode> awaited = CompletableFuture.supplyAsync(() -> {
                try {
                    return lab.admin(edge).task(id, Instance.SOON);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            agent.complete(
                    id, claimed.path("token").asLong(), SkepClient.object().put("n", 1));
            assertThat(awaited.join().path("state").asText()).isEqualTo("completed");
            assertThat(seen(events, id)).contains("task.completed");
        }
        assertThat(serving.shell("node:list --no-format").lines().filter(line -> line.contains("\tedge\t")))
                .hasSize(2);
    }

    private static List<String> roles() throws IOException, InterruptedException {
        return lab.list(lab.nodes.get(2)).stream()
                .map(node -> node.path("role").asText())
                .toList();
    }

    private static List<String> seen(EventReader events, String id) throws IOException {
        List<String> types = new ArrayList<>();
        while (!types.contains("task.completed")) {
            JsonNode event = events.next().orElseThrow();
            if (event.path("subject").asText().equals(id)) {
                types.add(event.path("type").asText());
            }
        }
        return types;
    }

    @Test
    @Order(2)
    void payloadThatCameByOneNode_isServedByTheNext_afterAHandOver() throws Exception {
        Instance serving = lab.serving(lab.nodes.get(0));
        Instance edge = lab.other(serving);
        byte[] bytes = new byte[3_000_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest.Builder up = HttpRequest.newBuilder(URI.create(edge.server().uri() + "/api/v1/payloads"));
        HttpResponse<String> stored = http.send(
                up.header("Authorization", "Bearer " + lab.token())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
        String location = stored.headers().firstValue("Location").orElseThrow();
        assertThat(lab.call(edge, "POST", "/api/v1/nodes/" + lab.id(serving) + "/drain")
                        .statusCode())
                .isEqualTo(200);
        lab.awaitRole(edge, serving, "drained");
        HttpRequest down = HttpRequest.newBuilder(URI.create(serving.server().uri() + location))
                .header("Authorization", "Bearer " + lab.token())
                .build();
        assertThat(http.send(down, HttpResponse.BodyHandlers.ofByteArray()).body())
                .isEqualTo(bytes);
        assertThat(lab.call(serving, "POST", "/api/v1/nodes/" + lab.id(serving) + "/resume")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Order(3)
    void callThatIsHandedOn_costsLittle() throws Exception {
        Instance serving = lab.serving(lab.nodes.get(0));
        Instance edge = lab.other(serving);
        long direct = median(lab.admin(serving));
        long handedOn = median(lab.admin(edge));
        System.err.printf("a call takes %d us at the node that serves, %d us at another%n", direct, handedOn);
        assertThat(handedOn).isLessThan(direct + 50_000);
    }

    /** Of small reads, one after the other, in microseconds. */
    private static long median(SkepClient client) throws IOException, InterruptedException {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            long begun = System.nanoTime();
            client.agent(NodeWork.AGENT);
            micros.add((System.nanoTime() - begun) / 1_000);
        }
        List<Long> warm = new ArrayList<>(micros.subList(500, 1_000));
        warm.sort(null);
        return warm.get(warm.size() / 2);
    }

    @Test
    @Order(4)
    void whateverDiesUnderLoad_nothingAcknowledgedIsLost_orDoneTwice() throws Exception {
        try (NodeWork work = new NodeWork(lab.admins(), secret, 8)) {
            for (int round = 1; round <= ROUNDS; round++) {
                for (String fault : FAULTS) {
                    Duration took = suffer(fault, work);
                    System.err.printf("round %d, %s: work again after %d ms%n", round, fault, took.toMillis());
                    assertThat(took).as(fault).isLessThan(NodeLab.LEASE.plus(OPENING));
                }
            }
            work.awaitMore(20);
            work.end();
            System.err.printf(
                    "%d submitted, %d completed, %d calls refused or broken off%n",
                    work.submitted.size(), work.completed.size(), work.refused.get());
            assertThat(work.missing(lab.admin(lab.nodes.get(0)))).isEmpty();
            assertThat(lab.admin(lab.nodes.get(1)).allTasks(Map.of()))
                    .hasSizeGreaterThanOrEqualTo(work.submitted.size());
        }
    }

    /** Has something happen; answers how long it took from then until calls were carried out without what it happened to. */
    private static Duration suffer(String fault, NodeWork work) throws Exception {
        Instance serving = lab.serving(lab.nodes.get(0));
        Instance edge = lab.other(serving);
        // As a load balancer that looks whether nodes answer: of one that stands still callers would wait for long. One
        // that is cut off is called until another serves: whatever it acknowledges then must hold as well.
        int away = lab.nodes.indexOf(fault.equals("kill an edge") ? edge : serving);
        work.avoid(fault.equals("cut") ? -1 : away);
        work.awaitMore(20);
        long begun = System.nanoTime();
        switch (fault) {
            case "kill" -> serving.server().kill9();
            case "drain" -> {
                lab.call(edge, "POST", "/api/v1/nodes/" + lab.id(serving) + "/drain");
                lab.awaitRole(edge, serving, "drained");
            }
            case "freeze" -> NodeLab.signal(serving, "-STOP");
            case "cut" -> lab.cut(serving);
            case "kill an edge" -> edge.server().kill9();
            default -> lab.failOver();
        }
        Instance witness = fault.equals("kill an edge") ? lab.other(edge) : edge;
        if (fault.equals("fail over")) {
            Instance.await("a task is accepted", () -> isAccepted(lab.admin(witness)));
        } else if (!fault.equals("kill an edge")) {
            Instance.await("another node serves", () -> !lab.serving(witness).equals(serving));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        work.avoid(away);
        work.awaitMore(20);
        restore(fault, serving, edge);
        work.avoid(-1);
        return took;
    }

    /** Whether a task is; where the database took longer to come back than the lease lasts, it is to be asked again. */
    private static boolean isAccepted(SkepClient client) throws IOException, InterruptedException {
        try {
            client.submit(SkepClient.object().put("description", "after the fault"));
            return true;
        } catch (ProblemException refused) {
            assertThat(refused.status()).isEqualTo(503);
            return false;
        }
    }

    private static void restore(String fault, Instance serving, Instance edge) throws Exception {
        switch (fault) {
            case "kill" -> serving.server().begin();
            case "drain" -> lab.call(edge, "POST", "/api/v1/nodes/" + lab.id(serving) + "/resume");
            case "freeze" -> NodeLab.signal(serving, "-CONT");
            case "cut" -> lab.mend(serving);
            case "kill an edge" -> edge.server().begin();
            default -> lab.useNewDatabases();
        }
        for (Instance node : lab.nodes) {
            node.server().awaitReady(Instance.START);
        }
    }
}
