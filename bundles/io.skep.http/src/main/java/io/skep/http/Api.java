// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static io.skep.http.Permission.ADMINISTRATOR;
import static io.skep.http.Permission.ANY_AGENT;
import static io.skep.http.Permission.ANY_VERSION;
import static io.skep.http.Permission.HOLDER;
import static io.skep.http.Permission.OPERATION;
import static io.skep.http.Permission.OWN_ATTEMPT;
import static io.skep.http.Permission.PUBLIC;
import static io.skep.http.Permission.REGISTERING;
import static io.skep.http.Permission.SUBMITTER;
import static io.skep.http.Permission.THE_AGENT;
import static io.skep.http.Wanted.NOTHING;
import static io.skep.http.Wanted.to;
import static io.skep.http.Wanted.within;

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
        api.nodes(new NodesResource());
        api.oauth(new OAuthResource(System::nanoTime));
        api.server(events, server);
        return new RouteTable(api.routes);
    }

    private void agents(AgentsResource agents) {
        get(BASE + "/agents", ADMINISTRATOR, to("list", "agent"), agents::list);
        post(BASE + "/agents", ADMINISTRATOR, to("register", "agent"), Body.OBJECT, agents::register);
        get(BASE + "/agents/{id}", ADMINISTRATOR, to("read", "agent"), agents::get);
        add("PUT", BASE + "/agents/{id}", REGISTERING, to("register", "agent"), Body.OBJECT, agents::replace);
        add("DELETE", BASE + "/agents/{id}", THE_AGENT, to("delete", "agent"), Body.NONE, agents::remove, "reason");
        post(BASE + "/agents/{id}/drain", ADMINISTRATOR, to("drain", "agent"), Body.NONE, agents::drain, "reason");
        post(BASE + "/agents/{id}/sleep", ADMINISTRATOR, to("sleep", "agent"), Body.NONE, agents::sleep, "reason");
        post(BASE + "/agents/{id}/wake", ADMINISTRATOR, to("wake", "agent"), Body.NONE, agents::wake, "reason");
        post(
                BASE + "/agents/{id}/heartbeat",
                ANY_VERSION,
                to("heartbeat", "agent"),
                Body.NONE,
                agents::heartbeat,
                "state");
        post(BASE + "/agents/{id}/claims", THE_AGENT, to("claim", "agent"), Body.NONE, agents::claim, "wait", "max");
    }

    private void tasks(TasksResource tasks) {
        String[] criteria = {"state", "agent", "tenant", "text", "from", "to", "limit", "cursor"};
        get(BASE + "/tasks", ADMINISTRATOR, within("list", "task"), tasks::list, criteria);
        post(BASE + "/tasks", SUBMITTER, within("create", "task"), Body.ARRAY, tasks::submit);
        get(BASE + "/tasks/{id}", HOLDER, to("read", "task"), tasks::get, "wait");
        get(BASE + "/tasks/{id}/why", ADMINISTRATOR, to("read", "task"), tasks::why);
        get(BASE + "/queues", ADMINISTRATOR, within("list", "queue"), tasks::queues, "tenant");
        post(BASE + "/tasks/{id}/answer", ADMINISTRATOR, to("answer", "task"), Body.OBJECT, tasks::answer);
        post(BASE + "/tasks/{id}/cancel", ADMINISTRATOR, to("cancel", "task"), Body.OBJECT, tasks::cancel);
        post(BASE + "/tasks/{id}/retry", ADMINISTRATOR, to("retry", "task"), Body.NONE, tasks::retry);
        post(BASE + "/tasks/{id}/route", ADMINISTRATOR, to("update", "task"), Body.OBJECT, tasks::route);
        post(BASE + "/tasks/{id}/release", ADMINISTRATOR, to("update", "task"), Body.NONE, tasks::release);
    }

    private void bulk(BulkResource bulk) {
        post(BASE + "/tasks/bulk", ADMINISTRATOR, within("update", "task"), Body.OBJECT, bulk::begin);
        get(BASE + "/tasks/bulk/{id}", ADMINISTRATOR, within("list", "task"), bulk::get, "wait");
        add("DELETE", BASE + "/tasks/bulk/{id}", ADMINISTRATOR, within("update", "task"), Body.NONE, bulk::stop);
    }

    private void attempts(AttemptsResource attempts) {
        post(BASE + "/tasks/{id}/heartbeat", OWN_ATTEMPT, to("heartbeat", "attempt"), Body.OBJECT, attempts::heartbeat);
        post(BASE + "/tasks/{id}/complete", OWN_ATTEMPT, to("complete", "attempt"), Body.OBJECT, attempts::complete);
        post(BASE + "/tasks/{id}/fail", OWN_ATTEMPT, to("fail", "attempt"), Body.OBJECT, attempts::fail);
        post(
                BASE + "/tasks/{id}/input-required",
                OWN_ATTEMPT,
                to("input", "attempt"),
                Body.OBJECT,
                attempts::requireInput);
        post(BASE + "/completions", OWN_ATTEMPT, to("complete", "attempt"), Body.ARRAY, attempts::completeAll);
    }

    private void payloads(PayloadsResource payloads) {
        routes.add(new Route(
                "POST",
                BASE + "/payloads",
                ANY_AGENT,
                within("create", "payload"),
                Body.PAYLOAD,
                Set.of(),
                Upload.LONGEST,
                payloads::store));
        get(BASE + "/payloads/{id}", ANY_AGENT, within("read", "payload"), payloads::get);
    }

    private void capabilities(CapabilitiesResource capabilities) {
        get(BASE + "/capabilities", ANY_AGENT, to("list", "capability"), capabilities::list);
        post(BASE + "/capabilities/{id}", OPERATION, NOTHING, Body.OBJECT, capabilities::call);
    }

    private void workflows(WorkflowsResource workflows) {
        get(
                BASE + "/workflows",
                ADMINISTRATOR,
                within("list", "workflow"),
                workflows::list,
                "state",
                "workflow",
                "limit");
        post(BASE + "/workflows", ADMINISTRATOR, within("create", "workflow"), Body.OBJECT, workflows::start);
        get(BASE + "/workflows/{id}", ADMINISTRATOR, within("read", "workflow"), workflows::get);
        post(BASE + "/workflows/{id}/pause", ADMINISTRATOR, within("pause", "workflow"), Body.NONE, workflows::pause);
        post(
                BASE + "/workflows/{id}/resume",
                ADMINISTRATOR,
                within("resume", "workflow"),
                Body.NONE,
                workflows::resume);
        post(
                BASE + "/workflows/{id}/cancel",
                ADMINISTRATOR,
                within("cancel", "workflow"),
                Body.OBJECT,
                workflows::cancel);
        post(BASE + "/workflows/{id}/rerun", ADMINISTRATOR, within("retry", "workflow"), Body.OBJECT, workflows::rerun);
        templates(workflows);
    }

    private void templates(WorkflowsResource workflows) {
        get(BASE + "/workflows/templates", ADMINISTRATOR, within("list", "workflow"), workflows::templates);
        post(
                BASE + "/workflows/templates",
                ADMINISTRATOR,
                within("update", "workflow"),
                Body.OBJECT,
                workflows::define);
        get(BASE + "/workflows/templates/{id}", ADMINISTRATOR, within("read", "workflow"), workflows::template);
        add(
                "DELETE",
                BASE + "/workflows/templates/{id}",
                ADMINISTRATOR,
                within("delete", "workflow"),
                Body.NONE,
                workflows::remove);
    }

    private void plugins(PluginsResource plugins, JobsResource jobs) {
        get(BASE + "/plugins", ADMINISTRATOR, to("list", "plugin"), plugins::list);
        get(BASE + "/plugins/{id}", ADMINISTRATOR, to("read", "plugin"), plugins::get);
        add("DELETE", BASE + "/plugins/{id}", ADMINISTRATOR, to("delete", "plugin"), Body.NONE, plugins::remove);
        routes.add(new Route(
                "POST",
                BASE + "/plugins/{id}/upgrade",
                ADMINISTRATOR,
                to("upgrade", "plugin"),
                Body.JAR,
                Set.of("dryRun", "canaryPercent", "canaryCalls", "canaryTime"),
                Upload.LONGEST,
                plugins::upgrade));
        post(BASE + "/plugins/{id}/rollback", ADMINISTRATOR, to("rollback", "plugin"), Body.NONE, plugins::rollback);
        get(BASE + "/jobs/{id}", ADMINISTRATOR, to("read", "job"), jobs::get, "wait");
    }

    private void flags(FlagsResource flags) {
        get(BASE + "/flags", ADMINISTRATOR, to("list", "flag"), flags::list);
        add(
                "PUT",
                BASE + "/flags/legacy.mode",
                ADMINISTRATOR,
                to("update", "flag").guarded(),
                Body.OBJECT,
                flags::setLegacyMode);
        add("PUT", BASE + "/flags/{id}", ADMINISTRATOR, to("update", "flag"), Body.OBJECT, flags::set);
    }

    private void store(StoreResource store) {
        get(BASE + "/store", ADMINISTRATOR, to("read", "store"), store::get);
        post(BASE + "/store/backup", ADMINISTRATOR, to("create", "store"), Body.NONE, store::backup, "name");
        post(BASE + "/store/compact", ADMINISTRATOR, to("update", "store"), Body.NONE, store::compact);
        post(BASE + "/store/rebuild", ADMINISTRATOR, to("update", "store"), Body.NONE, store::rebuild);
        post(BASE + "/store/export", ADMINISTRATOR, to("create", "store"), Body.NONE, store::export, "name");
        post(BASE + "/store/import", ADMINISTRATOR, to("update", "store"), Body.NONE, store::takeOver, "directory");
        get(BASE + "/store/jobs/{id}", ADMINISTRATOR, to("read", "store"), store::job, "wait");
        add("DELETE", BASE + "/store/jobs/{id}", ADMINISTRATOR, to("update", "store"), Body.NONE, store::stop);
    }

    private void nodes(NodesResource nodes) {
        get(BASE + "/nodes", ADMINISTRATOR, to("list", "node"), nodes::list);
        post(BASE + "/nodes/{id}/drain", ADMINISTRATOR, to("drain", "node"), Body.NONE, nodes::drain);
        post(BASE + "/nodes/{id}/resume", ADMINISTRATOR, to("resume", "node"), Body.NONE, nodes::resume);
    }

    private void oauth(OAuthResource oauth) {
        post(OAuthResource.TOKEN, PUBLIC, NOTHING, Body.FORM, oauth::token);
        get(OAuthResource.KEYS, PUBLIC, NOTHING, oauth::keys);
        get("/.well-known/oauth-authorization-server", PUBLIC, NOTHING, oauth::metadata);
    }

    private void server(EventsResource events, ServerResource server) {
        routes.add(new Route(
                "GET",
                BASE + "/events",
                ADMINISTRATOR,
                within("read", "event"),
                Body.NONE,
                Set.of("from"),
                EventFeed.LIFE,
                events::events));
        get(BASE + "/openapi.json", ADMINISTRATOR, NOTHING, server::openapi);
        get("/metrics", ADMINISTRATOR, to("read", "metrics"), server::metrics);
        get("/health/live", PUBLIC, NOTHING, server::live);
        get("/health/ready", PUBLIC, NOTHING, server::ready);
    }

    private void get(String template, Permission permission, Wanted wanted, Route.Handler handler, String... query) {
        add("GET", template, permission, wanted, Body.NONE, handler, query);
    }

    private void post(
            String template, Permission permission, Wanted wanted, Body body, Route.Handler handler, String... query) {
        add("POST", template, permission, wanted, body, handler, query);
    }

    private void add(
            String method,
            String template,
            Permission permission,
            Wanted wanted,
            Body body,
            Route.Handler handler,
            String... query) {
        routes.add(new Route(method, template, permission, wanted, body, Set.of(query), Duration.ZERO, handler));
    }
}
