// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a port of this machine that can be cut. While it is, nothing passes and neither side is told, as with a cable
 * that is pulled: what was sent arrives when it is whole again. What is new is only how a connection begins, which is
 * accepted and then silent. Thread-safe.
 */
final class Link implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final InetSocketAddress target;
    private final ServerSocket entrance;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean cut;

    /** Opens it, on a port that is free. */
    Link(String host, int port) throws IOException {
        target = new InetSocketAddress(host, port);
        entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Its own end, {@code HOST:PORT}. */
    String address() {
        return "127.0.0.1:" + entrance.getLocalPort();
    }

    synchronized void cut() {
        cut = true;
    }

    synchronized void mend() {
        cut = false;
        notifyAll();
    }

    private synchronized void awaitWhole() throws IOException {
        while (cut) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket in = entrance.accept();
                sockets.add(in);
                start(() -> connect(in));
            }
        } catch (IOException closed) {
            // The end of it.
        }
    }

    private void connect(Socket in) {
        Socket out = new Socket();
        sockets.add(out);
        try {
            awaitWhole();
            out.connect(target);
            in.setTcpNoDelay(true);
            out.setTcpNoDelay(true);
            Thread back = start(() -> pass(out, in));
            pass(in, out);
            back.join();
        } catch (IOException refused) {
            // Whoever came is told by the end of the connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(in);
            close(out);
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            for (int read = from.getInputStream().read(chunk);
                    read >= 0;
                    read = from.getInputStream().read(chunk)) {
                awaitWhole();
                to.getOutputStream().write(chunk, 0, read);
            }
            awaitWhole();
            to.shutdownOutput();
        } catch (IOException broken) {
            close(from);
            awaitWholeToClose(to);
        }
    }

    private void awaitWholeToClose(Socket socket) {
        try {
            awaitWhole();
        } catch (IOException interrupted) {
            // Closed all the same.
        }
        close(socket);
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "link");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        sockets.forEach(this::close);
        mend();
    }
}
