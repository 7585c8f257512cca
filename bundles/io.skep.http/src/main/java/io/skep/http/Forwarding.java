// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Cluster;
import io.skep.api.admin.ClusterNode;
import jakarta.servlet.http.HttpServletRequest;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes calls for the node that serves: hands them on to it, once each, and has them wait while nobody serves. Where
 * nothing is configured it does nothing, and a node that does not serve says so. Thread-safe; never blocks.
 */
final class Forwarding implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final long LOOK_MILLIS = 20;
    /** After that a node that could not be reached is tried again. */
    private static final Duration SUSPICION = Duration.ofMillis(200);
    /** So long a node that serves no more may still answer what it has. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final BooleanSupplier servedHere;
    private final Set<Relay> parked = ConcurrentHashMap.newKeySet();
    private final Set<Relay> underway = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;
    private volatile ClusterSettings settings = ClusterSettings.ALONE;
    private volatile @Nullable NodeClient client;
    private volatile @Nullable Cluster cluster;
    private volatile @Nullable Suspicion suspicion;
    private volatile String served = "";
    private volatile long servedSinceNanos;

    /** That a node could not be reached. */
    private record Suspicion(String id, long untilNanos) {}

    /**
     * For a node that works alone until it is configured.
     *
     * @param servedHere whether this node can carry calls out now
     */
    Forwarding(BooleanSupplier servedHere) {
        this.servedHere = servedHere;
        timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "skep-forward-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Works from now on as the settings say; what is under way ends as it began, with threads that then end by themselves. */
    void apply(ClusterSettings newSettings) {
        client = newSettings.isOn() ? new NodeClient(newSettings.trust()) : null;
        settings = newSettings;
        advertise();
    }

    /** Goes by that view of the nodes, or none. */
    void follow(@Nullable Cluster newCluster) {
        cluster = newCluster;
        advertise();
    }

    private void advertise() {
        Cluster present = cluster;
        if (present != null) {
            present.advertise(settings.url());
        }
    }

    ClusterSettings settings() {
        return settings;
    }

    boolean isOn() {
        return settings.isOn();
    }

    boolean isServedHere() {
        return servedHere.getAsBoolean();
    }

    /**
     * The request as its caller made it, if another node handed it on.
     *
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN} if it says so and no node did that; {@link
     *     Refusal.Reason#UNAVAILABLE} if it was meant for another node, as two that say the same URL get each other's calls
     */
    HttpServletRequest open(HttpServletRequest came) {
        String header = came.getHeader(Seal.HEADER);
        if (header == null) {
            return came;
        } else if (!isOn()) {
            throw Seal.refused();
        }
        Seal seal = Seal.open(header, settings.secret(), came);
        Cluster present = cluster;
        if (present != null && !present.self().equals(seal.target())) {
            throw away("the call was handed on to node " + seal.target() + ", and this is node " + present.self());
        }
        return new HandedOn(came, seal);
    }

    /** Hands a request on within that time, or has it wait until it can be. */
    void take(Relay.Taken taken, Duration timeout) {
        if (underway.size() >= settings.maxForwards()) {
            throw Refusal.retryLater(
                    Refusal.Reason.BUSY, "too many calls are handed on to the node that serves", Duration.ofSeconds(1));
        }
        Relay relay = new Relay(this, taken);
        taken.exchange().whenOver(relay::over);
        taken.exchange().suspend(timeout.plus(settings.park()));
        underway.add(relay);
        relay.attempt();
    }

    /**
     * The node that a call goes to.
     *
     * @param isHandedOn whether it came from another node
     * @param isTaken whether its body was read, so that it can only be sent
     * @return null if it has to wait
     * @throws Refusal saying what keeps it from going there
     */
    @Nullable
    ClusterNode find(boolean isHandedOn, boolean isTaken) {
        ClusterNode found = serving().orElse(null);
        if (found == null || isHandedOn || (isSelf(found) && !isTaken)) {
            return null;
        } else if (found.url() == null) {
            throw away("node " + found.id() + " serves, and does not say where it is reached");
        } else if (found.protocol() != Cluster.PROTOCOL) {
            throw away("node " + found.id() + " serves, and takes calls from other nodes in way " + found.protocol()
                    + "; this node, of another version, knows way " + Cluster.PROTOCOL);
        }
        Suspicion present = suspicion;
        boolean isSuspect =
                present != null && present.id().equals(found.id()) && System.nanoTime() - present.untilNanos() < 0;
        if (isSuspect) {
            throw away("the node that serves cannot be reached");
        }
        return found;
    }

    private static Refusal away(String words) {
        return Refusal.of(Refusal.Reason.UNAVAILABLE, words);
    }

    private Optional<ClusterNode> serving() {
        Cluster present = cluster;
        return present == null ? Optional.empty() : present.serving();
    }

    private boolean isSelf(ClusterNode node) {
        Cluster present = cluster;
        return present != null && present.self().equals(node.id());
    }

    /** Whether this node has the shards, though it may not be able to carry calls out yet. */
    boolean isSelfServing() {
        return serving().filter(this::isSelf).isPresent();
    }

    /** What keeps this node from taking calls, in words; null if nothing does. */
    @Nullable
    String notReady() {
        try {
            ClusterNode found = find(false, false);
            if (found != null) {
                return null;
            }
            return isSelfServing() ? "the server is starting or stopping" : "no node serves at the moment";
        } catch (Refusal refusal) {
            return refusal.getMessage();
        }
    }

    /** The question whether a node would take the body of a request, and so the request. */
    HttpRequest ask(HttpServletRequest came, ClusterNode target) {
        return request(came, target, HttpRequest.BodyPublishers.noBody(), true);
    }

    /** A request for a node. */
    HttpRequest request(HttpServletRequest came, ClusterNode target, HttpRequest.BodyPublisher body) {
        return request(came, target, body, false);
    }

    private HttpRequest request(
            HttpServletRequest came, ClusterNode target, HttpRequest.BodyPublisher body, boolean isAsking) {
        boolean isLocal = Dispatcher.isLoopback(came.getLocalAddr());
        Seal seal = new Seal(target.id(), isLocal, came.getRemoteAddr(), Dispatcher.origin(came));
        return NodeClient.request(came, target.url() + "", body, isAsking, seal.sign(settings.secret(), came));
    }

    CompletableFuture<HttpResponse<RelayAnswer>> send(HttpRequest request) {
        NodeClient present = client;
        return present == null
                ? CompletableFuture.failedFuture(new ConnectException("this node works alone now"))
                : present.send(request);
    }

    /** Has a call wait for a node that serves. */
    void park(Relay relay) {
        parked.add(relay);
    }

    /** Whether so many calls wait that no other may. */
    boolean isFull() {
        return parked.size() >= settings.maxParked();
    }

    /** A call has ended, or is carried out here. */
    void forget(Relay relay) {
        parked.remove(relay);
        underway.remove(relay);
    }

    /** A node could not be reached, or does not serve after all: for a moment nobody tries. */
    void suspect(ClusterNode node) {
        suspicion = new Suspicion(node.id(), System.nanoTime() + SUSPICION.toNanos());
    }

    // What a timer throws ends it in silence.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void look() {
        try {
            List<Relay> waiting = new ArrayList<>(parked);
            for (Relay relay : waiting) {
                if (parked.remove(relay)) {
                    relay.attempt();
                }
            }
            leaveFormer();
        } catch (RuntimeException e) {
            LOG.error("calls that wait for a node cannot be looked after", e);
        }
    }

    /** Of a node that stands still no connection ends: what it has is given up when another one serves. */
    private void leaveFormer() {
        String now = serving().map(ClusterNode::id).orElse("");
        if (!now.equals(served)) {
            served = now;
            servedSinceNanos = System.nanoTime();
        } else if (!now.isEmpty() && System.nanoTime() - servedSinceNanos > FAREWELL.toNanos()) {
            for (Relay relay : underway) {
                ClusterNode target = relay.target();
                if (target != null && !target.id().equals(now) && isSilent(target.id())) {
                    relay.leave();
                }
            }
        }
    }

    private boolean isSilent(String id) {
        Cluster present = cluster;
        return present == null
                || present.nodes().stream()
                        .filter(node -> node.id().equals(id))
                        .allMatch(node -> node.role() == ClusterNode.Role.SILENT);
    }

    /** Lets every call that waits end. */
    @Override
    public void close() {
        timer.shutdownNow();
        underway.forEach(Relay::end);
        NodeClient last = client;
        apply(ClusterSettings.ALONE);
        if (last != null) {
            last.close();
        }
    }
}
