// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.LONG;
import static io.skep.core.swap.SwapHarness.NAME;
import static io.skep.core.swap.SwapHarness.NO_CANARY;
import static io.skep.core.swap.SwapHarness.get;
import static io.skep.core.swap.SwapHarness.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.core.state.PluginRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do, and what they are told. */
class SwapsTest {
    @TempDir
    private Path directory;

    private SwapHarness server;

    @BeforeEach
    void start() {
        server = new SwapHarness(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void dryRun_saysWhatWouldHappen_andChangesNothing() throws IOException {
        server.serving("1.0.0");
        CanaryRule rule = new CanaryRule(25, 300, Duration.ofSeconds(10));

        SwapJob job = get(server.swaps().upgrade(new SwapRequest(null, server.jar("2.0.0"), rule, true, "ann")));

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.CHECKED);
        assertThat(job.from()).isEqualTo("1.0.0");
        assertThat(job.to()).isEqualTo("2.0.0");
        assertThat(job.reason())
                .isEqualTo("would install bundle.sample 2.0.0, warm it up, give it 25 % of the calls until 300 have"
                        + " ended or 10000 ms are over, and, if it is no worse, replace 1.0.0, which has 0 calls in"
                        + " flight now");
        assertThat(server.serves()).isEqualTo("1.0.0");
        assertThat(server.jars()).isEqualTo(1);
        assertThat(server.swaps().job(job.id())).isEmpty();
    }

    @Test
    void dryRun_knowsOfNoComparison() {
        assertThat(dryRun("1.0.0").reason())
                .isEqualTo("would install bundle.sample 1.0.0, warm it up and let it serve");
        server.serving("1.0.0");
        assertThat(dryRun("2.0.0").reason()).contains(" and replace 1.0.0 without a comparison, which has 0 calls");
    }

    private SwapJob dryRun(String version) {
        return get(server.swaps().upgrade(new SwapRequest(NAME, server.jar(version), NO_CANARY, true, "ann")));
    }

    @Test
    void secondOperator_isTold_whoIsAtIt() {
        server.serving("1.0.0");
        server.bundles().hanging(FakeBundles.Step.RESOLVE);
        SwapJob first = get(server.swaps().upgrade(server.request("2.0.0", NO_CANARY)));

        Refusal refused = refusal(server.swaps().upgrade(server.request("3.0.0", NO_CANARY)));

        assertThat(refused.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(refused.field()).contains("plugin");
        assertThat(refused.getMessage())
                .isEqualTo("job " + first.id() + " of ann is under way: upgrade of sample to 2.0.0");
        assertThat(refusal(server.swaps().rollback(NAME, "bob")).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(refusal(server.swaps().remove(NAME, "bob")).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(server.swaps().find(NAME).orElseThrow().job().id()).isEqualTo(first.id());
        server.bundles().release();
        assertThat(server.ended(CompletableFuture.completedFuture(first)).outcome())
                .isEqualTo(SwapJob.Outcome.PROMOTED);
        server.serving("3.0.0");
    }

    @Test
    void operator_isTold_ofAFirstUpgrade() {
        server.bundles().hanging(FakeBundles.Step.INSTALL);
        SwapJob first = get(server.swaps().upgrade(server.request("1.0.0", NO_CANARY)));
        String told = "job " + first.id() + " of ann is under way: upgrade of sample to 1.0.0";

        assertThat(refusal(server.swaps().rollback(NAME, "bob"))).hasMessage(told);
        assertThat(refusal(server.swaps().remove(NAME, "bob"))).hasMessage(told);
        assertThat(server.swaps().find(NAME).orElseThrow().job().id()).isEqualTo(first.id());
    }

    @Test
    void jarThatIsRefused_beginsNoJob() {
        server.serving("1.0.0");

        Refusal refused =
                refusal(server.swaps().upgrade(new SwapRequest("other", server.jar("2.0.0"), NO_CANARY, false, "ann")));

        assertThat(refused.reason()).isEqualTo(Refusal.Reason.INVALID);
        assertThat(refused.field()).contains("jar");
        assertThat(refused.getMessage()).isEqualTo("it is the plugin sample, not other");
        assertThat(server.bundles().versions()).containsExactly("1.0.0");
    }

    @Test
    void rollback_bringsTheVersionBefore_andForgetsThisOne() throws IOException {
        server.serving("1.0.0").serving("2.0.0");

        SwapJob job = server.ended(server.swaps().rollback(NAME, "bob"));

        assertThat(job.kind()).isEqualTo(SwapJob.Kind.ROLLBACK);
        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(job.from()).isEqualTo("2.0.0");
        assertThat(job.to()).isEqualTo("1.0.0");
        assertThat(job.actor()).isEqualTo("bob");
        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.record().previous()).isEmpty();
        assertThat(server.jars()).isEqualTo(1);
        assertThat(server.bundles().versions()).containsExactly("1.0.0");
        assertThat(refusal(server.swaps().rollback(NAME, "bob")))
                .hasMessage("no version before the present one of sample is kept")
                .extracting(Refusal::reason)
                .isEqualTo(Refusal.Reason.CONFLICT);
    }

    @Test
    void rollback_goesFurtherBack_eachTime() {
        server.serving("1.0.0").serving("2.0.0").serving("3.0.0");

        server.ended(server.swaps().rollback(NAME, "bob"));
        assertThat(server.call()).isEqualTo("2.0.0");
        server.ended(server.swaps().rollback(NAME, "bob"));

        assertThat(server.call()).isEqualTo("1.0.0");
    }

    @Test
    void rollbackThatFails_leavesThePresentVersion_andTheOneBeforeInReach() {
        server.serving("1.0.0").serving("2.0.0").bundles().failing(FakeBundles.Step.RESOLVE);

        SwapJob job = server.ended(server.swaps().rollback(NAME, "bob"));

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.ROLLED_BACK);
        assertThat(server.call()).isEqualTo("2.0.0");
        server.bundles().on(FakeBundles.Step.RESOLVE, bundle -> {});
        assertThat(server.ended(server.swaps().rollback(NAME, "bob")).outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
    }

    @Test
    void downgrade_isAnUpgradeToAnOlderVersion() {
        server.serving("2.0.0");

        assertThat(server.upgrade("1.0.0").outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(server.call()).isEqualTo("1.0.0");
    }

    @Test
    void unknownPlugin_isNotFound() {
        assertThat(refusal(server.swaps().rollback("nobody", "bob")).reason()).isEqualTo(Refusal.Reason.NOT_FOUND);
        assertThat(refusal(server.swaps().remove("nobody", "bob")).reason()).isEqualTo(Refusal.Reason.NOT_FOUND);
        assertThat(server.swaps().find("nobody")).isEmpty();
        assertThat(server.swaps().job("none")).isEmpty();
        assertThat(refusal(server.swaps().awaitEnd("none", Duration.ZERO)).reason())
                .isEqualTo(Refusal.Reason.NOT_FOUND);
    }

    @Test
    void removedPlugin_isGone_andDoesNotComeBack() {
        server.serving("1.0.0").serving("2.0.0");

        SwapJob job = server.ended(server.swaps().remove(NAME, "bob"));

        assertThat(job.kind()).isEqualTo(SwapJob.Kind.REMOVAL);
        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(job.from()).isEqualTo("2.0.0");
        assertThat(job.to()).isNull();
        assertThat(server.bundles().versions()).isEmpty();
        assertThat(server.record().desired()).isNull();
        assertThat(get(server.begin())).isInstanceOf(IntegrationResponse.Gone.class);
        assertThat(server.history()).last().isEqualTo("plugin.removed bob: taken away");
        assertThat(refusal(server.swaps().remove(NAME, "bob")).getMessage())
                .isEqualTo("plugin sample was taken away already");
        server.restart();
        assertThat(server.serves()).isEmpty();
        assertThat(server.bundles().versions()).isEmpty();
    }

    @Test
    void removal_letsCallsEnd() {
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        server.script("1.0.0", plugin -> plugin.processing(request -> answer));
        server.serving("1.0.0");
        CompletableFuture<IntegrationResponse> call = server.begin();
        await().atMost(LONG).until(() -> server.made("1.0.0").calls().contains("process"));
        CompletableFuture<SwapJob> removal = server.swaps().remove(NAME, "bob").toCompletableFuture();
        await().atMost(LONG).until(() -> server.serves().isEmpty());
        assertThat(server.bundles().versions()).containsExactly("1.0.0");

        answer.complete(new IntegrationResponse.Answered("\"late\""));

        assertThat(SwapHarness.version(get(call))).isEqualTo("late");
        assertThat(server.ended(removal).abandoned()).isZero();
    }

    @Test
    void removal_changesNothing_whenItCannotBeMadeDurable() {
        server.serving("1.0.0").log().stop();

        SwapJob job = server.ended(server.swaps().remove(NAME, "bob"));

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.ROLLED_BACK);
        assertThat(job.reason()).startsWith("the durable record failed: ");
        assertThat(server.call()).isEqualTo("1.0.0");
    }

    @Test
    void removedPlugin_canComeBack() {
        server.serving("1.0.0");
        server.ended(server.swaps().remove(NAME, "bob"));

        assertThat(server.serving("1.0.0").call()).isEqualTo("1.0.0");
    }

    @Test
    void awaitedEnd_isThePresentState_whenTheTimeIsOver() {
        server.bundles().hanging(FakeBundles.Step.INSTALL);
        SwapJob begun = get(server.swaps().upgrade(server.request("1.0.0", NO_CANARY)));

        SwapJob later = get(server.swaps().awaitEnd(begun.id(), Duration.ofMillis(1)));

        assertThat(later.outcome()).isEqualTo(SwapJob.Outcome.RUNNING);
        assertThat(refusal(server.swaps()
                                .awaitEnd(begun.id(), Duration.ofMinutes(5).plusMillis(1)))
                        .getMessage())
                .isEqualTo("the wait is at most 300 s");
        assertThat(refusal(server.swaps().awaitEnd(begun.id(), Duration.ofMillis(-1)))
                        .field())
                .contains("wait");
        server.bundles().release();
        assertThat(get(server.swaps().awaitEnd(begun.id(), Duration.ofMinutes(5)))
                        .outcome())
                .isEqualTo(SwapJob.Outcome.PROMOTED);
    }

    @Test
    void detail_tellsVersionsGenerationsAndHistory() {
        server.serving("1.0.0").serving("2.0.0");

        PluginDetail detail = server.swaps().find(NAME).orElseThrow();

        assertThat(detail.desired()).isEqualTo("2.0.0");
        assertThat(detail.kept()).containsExactly("1.0.0");
        assertThat(detail.job()).isNull();
        assertThat(detail.generations()).extracting(PluginStatus::version).containsExactly("2.0.0");
        assertThat(server.swaps().list()).isEqualTo(detail.generations());
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(
                                server.swaps().find(NAME).orElseThrow().history())
                        .extracting(PluginDetail.Entry::event)
                        .containsExactly("plugin.promoted", "plugin.swapped", "plugin.promoted", "plugin.swapped"));
    }

    @Test
    void health_isThePluginsOwnWord_orWhyThereIsNone() {
        server.serving("1.0.0");
        assertThat(health(LONG)).isEqualTo(Health.OK);
        server.made("1.0.0").health(() -> {
            throw new IllegalStateException("ill");
        });
        assertThat(health(LONG)).isEqualTo(new Health(false, "IllegalStateException: ill"));
        server.made("1.0.0").health(() -> null);
        assertThat(health(LONG).healthy()).isFalse();
        server.made("1.0.0").health(CompletableFuture::new);
        assertThat(health(Duration.ofMillis(300)).healthy()).isFalse();
        assertThat(get(server.swaps().health("nobody", LONG)).detail()).isEqualTo("there is no plugin nobody");
    }

    private Health health(Duration atMost) {
        return get(server.swaps().health(NAME, atMost));
    }

    @Test
    void callThatUpgradesItsOwnPlugin_endsAtItsTimeout_andTheUpgradeGoesOn() {
        CompletableFuture<SwapJob> begun = new CompletableFuture<>();
        server.script(
                "1.0.0",
                plugin -> plugin.processing(request -> server.swaps()
                        .upgrade(server.request("2.0.0", NO_CANARY))
                        .thenApply(job -> {
                            begun.complete(job);
                            return new IntegrationResponse.Answered("\"" + job.to() + "\"");
                        })));
        server.serving("1.0.0");

        assertThat(server.call()).isEqualTo("2.0.0");

        assertThat(server.ended(begun).outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(server.call()).isEqualTo("2.0.0");
        assertThat(server.record().previous())
                .extracting(PluginRecord.Build::version)
                .containsExactly("1.0.0");
    }
}
