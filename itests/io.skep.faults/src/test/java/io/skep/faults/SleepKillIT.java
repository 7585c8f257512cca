// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import io.skep.client.Poll;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The server is killed with SIGKILL while agents fall asleep, sleep and wake, and their sessions are consolidated. After each
 * start nothing that was said is lost or doubled, what is pinned is there to the byte, and no agent is stuck.
 * {@code -Dskep.sleep.kills=N} says how often, {@code -Dskep.seed=N} at which moments.
 */
class SleepKillIT {
    private static final int KILLS = Integer.getInteger("skep.sleep.kills", 2);
    private static final int LONGEST_MILLIS = 6000;

    @Test
    void killAtAnyMoment_losesNothing_andLeavesNoAgentStuck() throws Exception {
        long seed = Long.getLong("skep.seed", System.nanoTime());
        Random random = new Random(seed);
        System.out.println("kills while agents sleep, -Dskep.seed=" + seed);
        try (Instance instance = Instance.fresh("sleep-kill")) {
            configure(instance);
            instance.server().start(Instance.START);
            SleepWork work = new SleepWork(instance.server().client(), random);
            work.begin();
            for (int i = 0; i < KILLS; i++) {
                System.out.println(kill(instance, work, random.nextInt(LONGEST_MILLIS)));
                work.check();
            }
        }
    }

    private static void configure(Instance instance) throws Exception {
        instance.configure(
                "io.skep.core.cfg",
                "sleep.prepare.millis = 2000",
                "sleep.confirm.millis = 2000",
                "sleep.wake.millis = 2000");
        instance.configure("io.skep.plugin.context.cfg", "sleep.look.millis = 200");
        for (String agent : SleepWork.AGENTS) {
            instance.configure(
                    "io.skep.agent.process-" + agent + ".cfg",
                    "skills = " + agent,
                    "slots = 1",
                    "command = sh -c 'echo 1'");
        }
    }

    private static String kill(Instance instance, SleepWork work, int afterMillis) throws Exception {
        CompletableFuture<Void> life = CompletableFuture.runAsync(
                () -> {
                    try {
                        work.live();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                task -> new Thread(task, "sleep-work").start());
        Poll.pause(Duration.ofMillis(afterMillis));
        Map<String, String> states = work.states();
        instance.server().kill9();
        life.get(Instance.SOON.toSeconds(), TimeUnit.SECONDS);
        long begun = System.nanoTime();
        Duration ready = instance.server().start(Instance.START);
        work.awaitAgents();
        return "after " + afterMillis + " ms " + states + ": ready after " + ready.toMillis()
                + " ms, all agents worked after "
                + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms";
    }
}
