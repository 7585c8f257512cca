// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Reach;
import io.skep.plugin.workflow.base.Versions.Version;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs and templates within reach of a call. What is of another tenant is declined like what is not there. Immutable.
 *
 * @param reach of the call
 */
record Sight(Reach reach) {
    /** A run. */
    boolean sees(Run run) {
        return reach.sees(run.tenant());
    }

    /** A template; one without a tenant is for all of them. */
    boolean sees(@Nullable TemplateSpec template) {
        return template == null || template.tenant() == null || reach.sees(template.tenant());
    }

    /** The versions that are, newest last; empty unless one that says something is among them. */
    List<Version<TemplateSpec>> seen(List<Version<TemplateSpec>> versions) {
        List<Version<TemplateSpec>> seen =
                versions.stream().filter(one -> sees(one.value())).toList();
        return seen.stream().allMatch(one -> one.value() == null) ? List.of() : seen;
    }

    /** An order that is carried out only at what the call may change. */
    UnaryOperator<Run> within(UnaryOperator<Run> order) {
        return run -> {
            if (!sees(run)) {
                throw none(run.id());
            }
            if (!reach.changes(run.owner())) {
                throw new Declination("run " + run.id()
                        + " was begun by somebody else, and this caller may change only what it has begun itself");
            }
            return order.apply(run);
        };
    }

    /**
     * Whether a template may be put in the place of another, or removed.
     *
     * @throws Declination if not
     */
    void checkChange(String name, @Nullable TemplateSpec before) {
        reach.checkShared("workflows");
        if (reach.tenant() != null && before != null && !reach.tenant().equals(before.tenant())) {
            throw new Declination(
                    sees(before)
                            ? "the workflow " + name
                                    + " is for all tenants, and this caller may change those of tenant "
                                    + reach.tenant() + " only"
                            : "the name " + name + " is taken");
        }
    }

    /** There is no such run, or none for the call. */
    static Declination none(String run) {
        return new Declination("there is no run " + run + ", or it ended too long ago");
    }
}
