// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeededPolicyTest {
    private static final Policy SEEDED = Policy.seeded();
    private static final Set<String> READING = Set.of("read", "list", "query", "verify", "report");

    private static boolean may(String role, String action, String type, String tenant, String owner) {
        Subject subject = new Subject("ann", "blue", List.of(role), null);
        return SEEDED.decide(subject, action, new Resource(type, "1", tenant, owner), Policies.CONTEXT)
                .allowed();
    }

    @ParameterizedTest
    @CsvSource({
        "viewer,    read,     task,       blue, bob, true",
        "viewer,    read,     task,       red,  bob, false",
        "viewer,    read,     plugin,     ,     ,    true",
        "viewer,    read,     agent,      ,     ,    true",
        "viewer,    read,     event,      ,     ,    false",
        "viewer,    create,   task,       blue, ann, false",
        "viewer,    read,     audit,      blue, ann, false",
        "viewer,    read,     token,      blue, ann, false",
        "developer, create,   task,       blue, ann, true",
        "developer, create,   task,       blue, bob, false",
        "developer, create,   task,       red,  ann, false",
        "developer, cancel,   task,       blue, ann, true",
        "developer, cancel,   task,       blue, bob, false",
        "developer, call,     capability, ,     ,    true",
        "developer, approve,  gate,       blue, ann, false",
        "developer, upgrade,  plugin,     ,     ,    false",
        "developer, create,   workflow,   blue, ann, true",
        "developer, cancel,   workflow,   blue, ann, true",
        "developer, cancel,   workflow,   blue, bob, false",
        "developer, pause,    workflow,   red,  ann, false",
        "developer, read,     workflow,   blue, bob, true",
        "developer, read,     workflow,   red,  bob, false",
        "developer, evaluate, gate,       blue, bob, true",
        "developer, update,   gate,       ,     ,    false",
        "developer, execute,  command,    blue, ann, true",
        "developer, execute,  command,    red,  ann, false",
        "viewer,    execute,  command,    blue, ann, false",
        "viewer,    evaluate, gate,       blue, ann, false",
        "viewer,    read,     command,    ,     ,    true",
        "operator,  update,   gate,       ,     ,    true",
        "operator,  approve,  gate,       red,  bob, false",
        "operator,  pause,    workflow,   blue, bob, true",
        "operator,  pause,    workflow,   red,  bob, false",
        "agent,     execute,  command,    blue, ann, false",
        "operator,  cancel,   task,       blue, bob, true",
        "operator,  cancel,   task,       red,  bob, false",
        "operator,  approve,  gate,       blue, bob, true",
        "operator,  upgrade,  plugin,     ,     ,    true",
        "operator,  update,   flag,       ,     ,    true",
        "operator,  read,     event,      ,     ,    true",
        "operator,  create,   store,      ,     ,    false",
        "operator,  drain,    agent,      ,     ,    true",
        "operator,  update,   policy,     ,     ,    false",
        "operator,  issue,    token,      blue, ann, false",
        "operator,  query,    audit,      blue, ann, false",
        "operator,  erase,    audit,      blue, ann, false",
        "operator,  complete, attempt,    blue, ann, false",
        "agent,     complete, attempt,    blue, ann, true",
        "agent,     complete, attempt,    blue, bob, false",
        "agent,     heartbeat, agent,     blue, ann, true",
        "agent,     heartbeat, agent,     blue, bob, false",
        "agent,     read,     task,       blue, bob, false",
        "agent,     create,   task,       blue, ann, true",
        "agent,     create,   task,       blue, bob, false",
        "agent,     complete, attempt,    red,  ann, true",
        "agent,     cancel,   task,       blue, ann, false",
        "agent,     append,   audit,      blue, ann, true",
        "agent,     append,   audit,      blue, bob, false",
        "agent,     query,    audit,      blue, ann, false",
        "auditor,   query,    audit,      red,  bob, true",
        "auditor,   report,   audit,      ,     ,    true",
        "auditor,   append,   audit,      blue, ann, false",
        "auditor,   erase,    audit,      blue, ann, false",
        "auditor,   read,     task,       blue, ann, false",
        "auditor,   update,   flag,       ,     ,    false",
        "viewer,    read,     state,      blue, ann, false",
        "developer, read,     state,      blue, bob, true",
        "developer, update,   state,      blue, ann, true",
        "developer, update,   state,      blue, bob, false",
        "operator,  update,   state,      blue, bob, true",
        "operator,  update,   state,      red,  bob, false",
        "agent,     update,   state,      red,  ann, true",
        "agent,     update,   state,      blue, bob, false",
        "agent,     create,   session,    red,  ann, true",
        "agent,     update,   session,    blue, bob, false",
        "admin,     erase,    audit,      red,  bob, true",
        "admin,     update,   policy,     ,     ,    true",
    })
    void seededRole_may(String role, String action, String type, String tenant, String owner, boolean allowed) {
        assertThat(may(role, action, type, tenant, owner)).isEqualTo(allowed);
    }

    @Test
    void viewer_changesNothing_anywhere() {
        assertThat(what("viewer", "blue", "ann")).allMatch(what -> READING.contains(what.split(" ")[0]));
    }

    @Test
    void auditor_changesNothingButHolds() {
        assertThat(what("auditor", "blue", "ann"))
                .allMatch(what -> READING.contains(what.split(" ")[0]) || what.equals("hold audit"));
    }

    @Test
    void inAnotherTenant_onlyAdminReachesWork() {
        for (String role : List.of("viewer", "developer", "operator", "agent")) {
            assertThat(what(role, "red", "bob").stream()
                            .map(what -> what.split(" ")[1])
                            .collect(Collectors.toSet()))
                    .as(role)
                    .doesNotContain("task", "attempt", "payload", "session", "workflow", "token", "audit", "state");
        }
    }

    @Test
    void admin_mayEverything_andNobodyElseMayAllThatAdminMay() {
        long everything = SEEDED.actions().count() * SEEDED.resourceTypes().count();
        assertThat(what("admin", "red", "bob")).hasSize((int) everything);
        for (String role : List.of("viewer", "developer", "operator", "agent", "auditor")) {
            assertThat((long) what(role, "blue", "ann").size()).as(role).isLessThan(everything / 2);
        }
    }

    @Test
    void agentWithAnotherRole_stillReachesOnlyItsOwnAttempts() {
        Subject both = new Subject("ann", "blue", List.of("agent", "admin"), null);
        for (String action : SEEDED.actions().toList()) {
            Decision decision =
                    SEEDED.decide(both, action, new Resource("attempt", "1", "blue", "bob"), Policies.CONTEXT);
            assertThat(decision.rule()).isEqualTo(Decision.CONFINED);
        }
    }

    @Test
    void readingScope_makesEvenAnAdminReadOnly() {
        Subject reader = new Subject("ann", "blue", List.of("admin"), List.of("skep:read"));
        SEEDED.actions()
                .forEach(action -> assertThat(SEEDED.decide(
                                        reader, action, new Resource("task", "1", "blue", "ann"), Policies.CONTEXT)
                                .allowed())
                        .as(action)
                        .isEqualTo(READING.contains(action) && !action.equals("report")));
    }

    private static List<String> what(String role, String tenant, String owner) {
        return SEEDED.actions()
                .flatMap(action -> SEEDED.resourceTypes()
                        .filter(type -> may(role, action, type, tenant, owner))
                        .map(type -> action + ' ' + type))
                .toList();
    }
}
