// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A request that another node took: it comes from where that node says, and was called what it was called there. */
final class HandedOn extends HttpServletRequestWrapper {
    /** The header of one that asks, with the length of the body; and of the answer yes. */
    static final String ASKS = "Skep-Asks";

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final Seal seal;
    private final URI origin;

    HandedOn(HttpServletRequest request, Seal seal) {
        super(request);
        this.seal = seal;
        origin = URI.create(seal.origin());
    }

    /**
     * Whether the other node asks if the body would be taken, before it sends that: what {@code Expect} is for, which the
     * HTTP client of Java 17 waits on for ever when the answer is no.
     */
    boolean isAsking() {
        return super.getHeader(ASKS) != null;
    }

    /** The length that the body will have, or -1 if that is not known; of one that asks. */
    @Override
    public long getContentLengthLong() {
        return isAsking() ? Long.parseLong(super.getHeader(ASKS)) : super.getContentLengthLong();
    }

    @Override
    public @Nullable String getHeader(String name) {
        return isAsking() && name.equals("Expect") ? "100-continue" : super.getHeader(name);
    }

    @Override
    public String getRemoteAddr() {
        return seal.address();
    }

    /** What counts of it is whether it is a loopback address. */
    @Override
    public String getLocalAddr() {
        return seal.isLocal() ? "127.0.0.1" : "0.0.0.0";
    }

    @Override
    public String getScheme() {
        return origin.getScheme();
    }

    @Override
    public String getServerName() {
        return origin.getHost();
    }

    @Override
    public int getServerPort() {
        int port = origin.getPort();
        return port >= 0 ? port : getScheme().equals("https") ? HTTPS : HTTP;
    }
}
