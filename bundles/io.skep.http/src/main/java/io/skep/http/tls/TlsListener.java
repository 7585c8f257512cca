// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a listener as it is configured, on a thread of its own: opens it once its files can serve and its port is free, and
 * looks at the files ever after. A change that can serve is taken for the next handshake; one that cannot is told in one line
 * of the log, if it is still there at the next look, so that files which are replaced one after the other are not complained
 * about; what served before goes on. Thread-safe.
 */
final class TlsListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsListener.class);
    private static final int CLOSING_SECONDS = 4;

    /** How the container gets to know a connector; what comes back takes it away again. */
    interface Publisher {
        Runnable publish(ConnectorFactory factory);
    }

    private final Publisher publisher;
    private final Clock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(() -> untilEnd(task)));

    // All of these belong to the thread.
    private TlsSettings settings = TlsSettings.OFF;
    private @Nullable Future<?> looking;
    private @Nullable TlsEndpoint endpoint;
    private @Nullable KeyFiles served;
    private @Nullable ServerKeys keys;
    private @Nullable Runnable publication;
    private @Nullable String seen;
    private volatile @Nullable String told;

    TlsListener(Publisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    private static Thread daemon(Runnable run) {
        Thread thread = new Thread(run, "skep-http-tls");
        thread.setDaemon(true);
        return thread;
    }

    /** An ended thread that somebody remembers, as class loaders do, shall not keep this bundle. */
    private static void untilEnd(Runnable task) {
        try {
            task.run();
        } finally {
            Thread.currentThread().setContextClassLoader(null);
        }
    }

    /** What is wrong and was told of, or null. */
    @Nullable
    String trouble() {
        return told;
    }

    /** Listens as these settings say and no longer as others did; returns at once. */
    void apply(TlsSettings newSettings) {
        thread.execute(() -> change(newSettings));
    }

    private void change(TlsSettings newSettings) {
        if (newSettings.equals(settings)) {
            return;
        }
        end();
        settings = newSettings;
        if (newSettings.isOn()) {
            long look = newSettings.look().toMillis();
            looking = thread.scheduleWithFixedDelay(this::look, 0, look, TimeUnit.MILLISECONDS);
        }
    }

    // What a timer throws ends it in silence.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void look() {
        try {
            KeyFiles files = KeyFiles.read(settings);
            ServerKeys present = keys;
            if (present != null && files.equals(served)) {
                String late = present.outOfTime(clock.instant());
                if (late != null) {
                    throw new BadKeysException(late);
                }
            } else {
                take(files);
            }
            open();
            seen = null;
            told = null;
        } catch (BadKeysException | IOException e) {
            tell(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("the listener on {}:{} cannot be looked after", settings.host(), settings.port(), e);
        }
    }

    private void take(KeyFiles files) throws BadKeysException {
        ServerKeys found = ServerKeys.of(files, clock.instant());
        SSLContext context = found.context();
        TlsEndpoint present = endpoint;
        if (present == null) {
            endpoint = new TlsEndpoint(settings, context);
        } else {
            present.use(context);
        }
        served = files;
        keys = found;
        LOG.info("TLS on port {}: the certificate of {}, until {}", settings.port(), found.subject(), found.end());
    }

    private void open() throws IOException {
        TlsEndpoint present = endpoint;
        if (publication != null || present == null) {
            return;
        }
        try (ServerSocket free = new ServerSocket()) {
            free.setReuseAddress(true);
            free.bind(new InetSocketAddress(settings.host(), settings.port()));
        } catch (IOException e) {
            throw new IOException("cannot listen there: " + e.getMessage(), e);
        }
        publication = publisher.publish(present);
    }

    /** Once, when it is so at a second look. */
    private void tell(String trouble) {
        if (trouble.equals(seen) && !trouble.equals(told)) {
            told = trouble;
            LOG.error(
                    "TLS on {}:{}: {}; {}",
                    settings.host(),
                    settings.port(),
                    trouble,
                    publication == null ? "nothing listens there" : "the last good certificate stays");
        }
        seen = trouble;
    }

    private void end() {
        if (looking != null) {
            looking.cancel(false);
            looking = null;
        }
        Runnable published = publication;
        publication = null;
        endpoint = null;
        served = null;
        keys = null;
        seen = null;
        told = null;
        if (published != null) {
            published.run();
        }
    }

    /** Ends the listener and its connections. */
    @Override
    public void close() {
        thread.execute(this::end);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the TLS listener does not end yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
