// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.faultplugin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ways to go wrong that take more than a line. */
final class Misbehaviour {
    static final String RELEASE = "skep.fault.release";

    private static final long MOMENT_MILLIS = 100;
    private static final int PIECE_BYTES = 1 << 20;
    private static final List<byte[]> HOARD = new ArrayList<>();

    private Misbehaviour() {}

    static int overflow() {
        return overflow(0);
    }

    @SuppressWarnings("InfiniteRecursion") // That is the fault.
    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    /** Waits whatever happens, as a lock or a native call would. */
    static void hang(CountDownLatch end) {
        boolean interrupted = false;
        while (true) {
            try {
                end.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the system property {@value #RELEASE} is true, so that a test can let its server stop at last. */
    static void hangUntilReleased() {
        CountDownLatch never = new CountDownLatch(1);
        boolean interrupted = false;
        while (!Boolean.getBoolean(RELEASE)) {
            try {
                never.await(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Never ends by itself. */
    static synchronized void hoard() {
        while (true) {
            HOARD.add(new byte[PIECE_BYTES]);
        }
    }

    /** Two things that hold this class for as long as the process lives. */
    static void leak() {
        CountDownLatch never = new CountDownLatch(1);
        Thread thread = new Thread(() -> hang(never), "fault-plugin-leak");
        thread.setContextClassLoader(Misbehaviour.class.getClassLoader());
        thread.setDaemon(true);
        thread.start();
        Runtime.getRuntime().addShutdownHook(new Thread(HOARD::clear, "fault-plugin-leaked-hook"));
    }
}
