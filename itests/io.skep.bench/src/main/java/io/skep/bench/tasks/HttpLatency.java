// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import io.skep.bench.load.Claimed;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From the submission of a task until an agent that waits by long poll has it in hands, on an idle server. */
final class HttpLatency {
    private static final String SKILL = "http-latency";
    private static final int AGENTS = 4;

    private final SkepServer server;
    private final String name;
    private final String description;

    /** With tasks of that description; figures begin with that name. */
    HttpLatency(SkepServer server, String name, String description) {
        this.server = server;
        this.name = name;
        this.description = description;
    }

    Map<String, Double> measure(Duration warmup, Duration length) throws IOException, InterruptedException {
        SkepClient admin = server.client();
        String token = server.token();
        List<Caller> callers = new ArrayList<>();
        List<Thread> agents = new ArrayList<>();
        try {
            OpenLoop loop = new OpenLoop(warmup, length);
            for (int i = 0; i < AGENTS; i++) {
                String agent = SKILL + "-" + i;
                Caller caller = new Caller(server.uri(), token, agent, Agents.register(admin, agent, 1, SKILL));
                callers.add(caller);
                agents.add(new Thread(() -> serve(caller, loop), "bench-agent-" + i));
            }
            agents.forEach(Thread::start);
            return loop.run(name, index -> {
                Caller caller = new Caller(server.uri(), token, SKILL, "");
                callers.add(caller);
                return number -> caller.submit(Caller.task(description, SKILL, Integer.toString(number))
                        .getBytes(StandardCharsets.UTF_8));
            });
        } finally {
            for (int i = 0; i < AGENTS; i++) {
                // Its waiting claim ends too.
                admin.removeAgent(SKILL + "-" + i, "the benchmark is over");
            }
            for (Thread agent : agents) {
                agent.join();
            }
            for (Caller caller : callers) {
                caller.close();
            }
        }
    }

    /** Claims and completes until the agent is removed. */
    private static void serve(Caller caller, OpenLoop loop) {
        try {
            while (!loop.isOver()) {
                List<Claimed> claimed = caller.claim(1);
                claimed.forEach(task -> loop.started(Integer.parseInt(task.name())));
                if (!claimed.isEmpty()) {
                    caller.complete(claimed);
                }
            }
        } catch (IOException e) {
            loop.failed(e);
        }
    }
}
