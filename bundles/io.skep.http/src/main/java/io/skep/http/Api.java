// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static io.skep.http.Permission.ADMINISTRATOR;
import static io.skep.http.Permission.ANY_AGENT;
import static io.skep.http.Permission.ANY_VERSION;
import static io.skep.http.Permission.HOLDER;
import static io.skep.http.Permission.OWN_ATTEMPT;
import static io.skep.http.Permission.PUBLIC;
import static io.skep.http.Permission.SUBMITTER;
import static io.skep.http.Permission.THE_AGENT;

import io.skep.http.Route.Body;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Every call of the interface, in one list. */
final class Api {
    private static final String BASE = "/api/v1";

    private final List<Route> routes = new ArrayList<>();

    private Api() {}

    /** The table of all routes. */
    static RouteTable table(EventsResource events, ServerResource server) {
        Api api = new Api();
        api.agents(new AgentsResource());
        api.tasks(new TasksResource());
        api.bulk(new BulkResource());
        api.attempts(new AttemptsResource());
        api.payloads(new PayloadsResource());
        api.capabilities(new CapabilitiesResource());
        api.workflows(new WorkflowsResource());
        api.plugins(new PluginsResource(), new JobsResource());
        api.flags(new FlagsResource());
        api.store(new StoreResource());
        api.server(events, server);
        return new RouteTable(api.routes);
    }

    private void agents(AgentsResource agents) {
        get(BASE + "/agents", ADMINISTRATOR, agents::list);
        post(BASE + "/agents", ADMINISTRATOR, Body.OBJECT, agents::register);
        get(BASE + "/agents/{id}", ADMINISTRATOR, agents::get);
        add("PUT", BASE + "/agents/{id}", ADMINISTRATOR, Body.OBJECT, agents::replace);
        add("DELETE", BASE + "/agents/{id}", THE_AGENT, Body.NONE, agents::remove, "reason");
        post(BASE + "/agents/{id}/drain", ADMINISTRATOR, Body.NONE, agents::drain, "reason");
        post(BASE + "/agents/{id}/heartbeat", ANY_VERSION, Body.NONE, agents::heartbeat);
        post(BASE + "/agents/{id}/claims", THE_AGENT, Body.NONE, agents::claim, "wait", "max");
    }

    private void tasks(TasksResource tasks) {
        String[] criteria = {"state", "agent", "tenant", "text", "from", "to", "limit", "cursor"};
        get(BASE + "/tasks", ADMINISTRATOR, tasks::list, criteria);
        post(BASE + "/tasks", SUBMITTER, Body.ARRAY, tasks::submit);
        get(BASE + "/tasks/{id}", HOLDER, tasks::get, "wait");
        get(BASE + "/tasks/{id}/why", ADMINISTRATOR, tasks::why);
        get(BASE + "/queues", ADMINISTRATOR, tasks::queues);
        post(BASE + "/tasks/{id}/answer", ADMINISTRATOR, Body.OBJECT, tasks::answer);
        post(BASE + "/tasks/{id}/cancel", ADMINISTRATOR, Body.OBJECT, tasks::cancel);
        post(BASE + "/tasks/{id}/retry", ADMINISTRATOR, Body.NONE, tasks::retry);
        post(BASE + "/tasks/{id}/route", ADMINISTRATOR, Body.OBJECT, tasks::route);
        post(BASE + "/tasks/{id}/release", ADMINISTRATOR, Body.NONE, tasks::release);
    }

    private void bulk(BulkResource bulk) {
        post(BASE + "/tasks/bulk", ADMINISTRATOR, Body.OBJECT, bulk::begin);
        get(BASE + "/tasks/bulk/{id}", ADMINISTRATOR, bulk::get, "wait");
        add("DELETE", BASE + "/tasks/bulk/{id}", ADMINISTRATOR, Body.NONE, bulk::stop);
    }

    private void attempts(AttemptsResource attempts) {
        post(BASE + "/tasks/{id}/heartbeat", OWN_ATTEMPT, Body.OBJECT, attempts::heartbeat);
        post(BASE + "/tasks/{id}/complete", OWN_ATTEMPT, Body.OBJECT, attempts::complete);
        post(BASE + "/tasks/{id}/fail", OWN_ATTEMPT, Body.OBJECT, attempts::fail);
        post(BASE + "/tasks/{id}/input-required", OWN_ATTEMPT, Body.OBJECT, attempts::requireInput);
        post(BASE + "/completions", OWN_ATTEMPT, Body.ARRAY, attempts::completeAll);
    }

    private void payloads(PayloadsResource payloads) {
        routes.add(new Route(
                "POST", BASE + "/payloads", ANY_AGENT, Body.PAYLOAD, Set.of(), Upload.LONGEST, payloads::store));
        get(BASE + "/payloads/{id}", ANY_AGENT, payloads::get);
    }

    private void capabilities(CapabilitiesResource capabilities) {
        get(BASE + "/capabilities", ANY_AGENT, capabilities::list);
        post(BASE + "/capabilities/{id}", ADMINISTRATOR, Body.OBJECT, capabilities::call);
    }

    private void workflows(WorkflowsResource workflows) {
        get(BASE + "/workflows", ADMINISTRATOR, workflows::list, "state", "workflow", "limit");
        post(BASE + "/workflows", ADMINISTRATOR, Body.OBJECT, workflows::start);
        get(BASE + "/workflows/{id}", ADMINISTRATOR, workflows::get);
        post(BASE + "/workflows/{id}/pause", ADMINISTRATOR, Body.NONE, workflows::pause);
        post(BASE + "/workflows/{id}/resume", ADMINISTRATOR, Body.NONE, workflows::resume);
        post(BASE + "/workflows/{id}/cancel", ADMINISTRATOR, Body.OBJECT, workflows::cancel);
        post(BASE + "/workflows/{id}/rerun", ADMINISTRATOR, Body.OBJECT, workflows::rerun);
        get(BASE + "/workflows/templates", ADMINISTRATOR, workflows::templates);
        post(BASE + "/workflows/templates", ADMINISTRATOR, Body.OBJECT, workflows::define);
        get(BASE + "/workflows/templates/{id}", ADMINISTRATOR, workflows::template);
        add("DELETE", BASE + "/workflows/templates/{id}", ADMINISTRATOR, Body.NONE, workflows::remove);
    }

    private void plugins(PluginsResource plugins, JobsResource jobs) {
        get(BASE + "/plugins", ADMINISTRATOR, plugins::list);
        get(BASE + "/plugins/{id}", ADMINISTRATOR, plugins::get);
        add("DELETE", BASE + "/plugins/{id}", ADMINISTRATOR, Body.NONE, plugins::remove);
        routes.add(new Route(
                "POST",
                BASE + "/plugins/{id}/upgrade",
                ADMINISTRATOR,
                Body.JAR,
                Set.of("dryRun", "canaryPercent", "canaryCalls", "canaryTime"),
                Upload.LONGEST,
                plugins::upgrade));
        post(BASE + "/plugins/{id}/rollback", ADMINISTRATOR, Body.NONE, plugins::rollback);
        get(BASE + "/jobs/{id}", ADMINISTRATOR, jobs::get, "wait");
    }

    private void flags(FlagsResource flags) {
        get(BASE + "/flags", ADMINISTRATOR, flags::list);
        add("PUT", BASE + "/flags/legacy.mode", ADMINISTRATOR, Body.OBJECT, flags::setLegacyMode);
        add("PUT", BASE + "/flags/{id}", ADMINISTRATOR, Body.OBJECT, flags::set);
    }

    private void store(StoreResource store) {
        get(BASE + "/store", ADMINISTRATOR, store::get);
        post(BASE + "/store/backup", ADMINISTRATOR, Body.NONE, store::backup, "name");
        post(BASE + "/store/compact", ADMINISTRATOR, Body.NONE, store::compact);
        post(BASE + "/store/rebuild", ADMINISTRATOR, Body.NONE, store::rebuild);
        get(BASE + "/store/jobs/{id}", ADMINISTRATOR, store::job, "wait");
        add("DELETE", BASE + "/store/jobs/{id}", ADMINISTRATOR, Body.NONE, store::stop);
    }

    private void server(EventsResource events, ServerResource server) {
        routes.add(new Route(
                "GET", BASE + "/events", ADMINISTRATOR, Body.NONE, Set.of("from"), EventFeed.LIFE, events::events));
        get(BASE + "/openapi.json", ADMINISTRATOR, server::openapi);
        get("/metrics", ADMINISTRATOR, server::metrics);
        get("/health/live", PUBLIC, server::live);
        get("/health/ready", PUBLIC, server::ready);
    }

    private void get(String template, Permission permission, Route.Handler handler, String... query) {
        add("GET", template, permission, Body.NONE, handler, query);
    }

    private void post(String template, Permission permission, Body body, Route.Handler handler, String... query) {
        add("POST", template, permission, body, handler, query);
    }

    private void add(
            String method, String template, Permission permission, Body body, Route.Handler handler, String... query) {
        routes.add(new Route(method, template, permission, body, Set.of(query), Duration.ZERO, handler));
    }
}
