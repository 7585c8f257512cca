// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Intent;
import io.skep.api.admin.Principal;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Operation;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.GroupPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In whose name commands call, and what they ask before. */
class CallerShellTest {
    private static final String APPROVE = "gate:approve gate=g1";
    private static final String CALL = "capability:call --operation approve quality_gates gate=g1";

    private final FakeSkep skep = new FakeSkep();
    private final Console console = new Console(skep);
    private final BroughtCommands brought = new BroughtCommands(console.sessions(), skep, skep);

    record Text(String text) {}

    @BeforeEach
    void offer() {
        Capability gates = new Capability(
                "quality_gates",
                List.of(
                        Operation.named("look")
                                .summary("Looks")
                                .input(Text.class)
                                .output(Text.class)
                                .shellCommand("gate:look")
                                .examples("{}")
                                .build(),
                        Operation.named("approve")
                                .summary("Approves")
                                .input(Text.class)
                                .output(Text.class)
                                .needs("approve", "gate")
                                .shellCommand("gate:approve")
                                .examples("{}")
                                .build()));
        skep.capabilities.add(gates);
        brought.bindCapability(gates);
    }

    @AfterEach
    void close() {
        brought.close();
        console.close();
    }

    /** Runs a command line as Karaf does for somebody who logged in. */
    @SuppressWarnings("removal")
    private String as(String user, Set<String> roles, String line) throws Exception {
        Subject subject = new Subject();
        subject.getPrincipals().add(new UserPrincipal(user));
        subject.getPrincipals().add(new GroupPrincipal("admingroup"));
        roles.forEach(role -> subject.getPrincipals().add(new RolePrincipal(role)));
        try {
            return Subject.doAs(subject, (PrivilegedExceptionAction<String>) () -> console.run(line));
        } catch (PrivilegedActionException e) {
            throw e.getException();
        }
    }

    private static Caller caller(String user, Set<String> roles) {
        return new Caller(new Principal(user + "@karaf", "human", null, roles, null, "karaf", null), null, null);
    }

    private Caller called() {
        return ((IntegrationRequest) skep.asked.get(0)).caller();
    }

    @ParameterizedTest
    @ValueSource(strings = {APPROVE, CALL})
    void call_isMadeByWhoLoggedIn_whateverTheSessionSays(String line) throws Exception {
        console.user("eve");
        as("ada", Set.of("admin", "ssh"), line);
        assertThat(called()).isEqualTo(caller("ada", Set.of("admin", "ssh")));
        assertThat(skep.wishes).isEmpty();
    }

    @Test
    void call_withoutALogin_isMadeByNobodyWithRoles() throws Exception {
        console.user("eve");
        console.run("gate:look");
        assertThat(called().principal())
                .isEqualTo(new Principal("shell", "service", null, Set.of(), null, "karaf", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {APPROVE, CALL})
    void whereNoPolicyDecides_onlyAdminsCallWhatNeedsMoreThanACall(String line) throws Exception {
        Set<String> operator = Set.of("operator");
        assertThatThrownBy(() -> as("oscar", operator, line)).hasMessageContaining("is for the role admin only");
        assertThat(skep.asked).isEmpty();
        as("oscar", operator, "gate:look");
        assertThat(called()).isEqualTo(caller("oscar", operator));
    }

    @Test
    void wherePolicyDecides_itIsAskedForWhatTheOperationNeeds() throws Exception {
        skep.required = true;
        Set<String> operator = Set.of("operator");
        as("oscar", operator, APPROVE);
        as("oscar", operator, CALL);
        as("oscar", operator, "capability:call no_such_thing");
        Caller oscar = caller("oscar", operator);
        assertThat(skep.wishes)
                .containsExactly(
                        new FakeSkep.Wish(oscar, shell("gate:approve"), Intent.to("approve", "gate")),
                        new FakeSkep.Wish(oscar, shell("capability:call"), Intent.to("approve", "gate")),
                        new FakeSkep.Wish(oscar, shell("capability:call"), Intent.to("call", "capability")));
        assertThat(called()).isEqualTo(oscar);
    }

    private static Credential shell(String command) {
        return new Credential(null, "shell", true, command);
    }

    @ParameterizedTest
    @ValueSource(strings = {APPROVE, CALL})
    void whereThePolicyRefuses_nothingIsCalled(String line) {
        skep.required = true;
        skep.refusal = Refusal.of(Refusal.Reason.FORBIDDEN, "the policy does not allow it");
        assertThatThrownBy(() -> as("ada", Set.of("admin"), line)).hasMessage("the policy does not allow it");
        assertThat(skep.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plugin:upgrade security /no/such.jar",
                "plugin:rollback security",
                "plugin:remove security",
                "flag:set oauth_auth off",
                "flag:set rbac_enforcement off",
                "flag:set audit_logging off",
                "flag:set legacy.mode on"
            })
    void whatDecidesAboutCallers_isNotChangedByOperators(String line) {
        assertThatThrownBy(() -> as("oscar", Set.of("operator"), line))
                .hasMessageContaining("only the role admin may change it");
        assertThat(skep.flags.actors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"flag:set oauth_auth off", "flag:set legacy.mode on"})
    void whatDecidesAboutCallers_isChangedByAdministrators(String line) throws Exception {
        as("ada", Set.of("admin"), line);
        assertThat(skep.flags.actors).containsExactly("ada (shell)");
    }

    @Test
    void operator_changesOtherFlags() throws Exception {
        as("oscar", Set.of("operator"), "flag:set quality_gates off");
        assertThat(skep.flags.actors).containsExactly("oscar (shell)");
    }

    @Test
    void history_namesWhoLoggedIn_notWhatTheSessionSays() throws Exception {
        console.user("eve");
        as("ada", Set.of("admin"), "flag:set quality_gates off");
        assertThat(skep.flags.actors).containsExactly("ada (shell)");
    }
}
