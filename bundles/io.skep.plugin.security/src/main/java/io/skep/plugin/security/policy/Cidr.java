// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A range of addresses, IPv4 or IPv6, in the notation of RFC 4632 and RFC 4291 ({@code 10.0.0.0/8}, {@code
 * 2001:db8::/32}). Bits beyond the prefix must be zero, so that a typing error does not become a wider or narrower
 * range. An IPv6-mapped IPv4 address counts as the IPv4 address.
 */
final class Cidr {
    // No leading zeros: they are read as octal by some.
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("(?=[0-9a-fA-F:])[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");

    private final byte[] network;
    private final int prefix;
    private final String text;

    private Cidr(byte[] network, int prefix, String text) {
        this.network = network;
        this.prefix = prefix;
        this.text = text;
    }

    /**
     * Reads a range.
     *
     * @throws IllegalArgumentException in words, if it is none
     */
    static Cidr of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !PREFIX.matcher(text.substring(slash + 1)).matches()) {
            throw new IllegalArgumentException("must be an address and a prefix length, such as 10.0.0.0/8");
        }
        byte[] network = literal(text.substring(0, slash));
        int prefix = Integer.parseInt(text.substring(slash + 1));
        if (prefix > network.length * 8) {
            throw new IllegalArgumentException("has a prefix of more than " + network.length * 8 + " bits");
        }
        for (int bit = prefix; bit < network.length * 8; bit++) {
            if ((network[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                throw new IllegalArgumentException("has bits set beyond its prefix");
            }
        }
        return new Cidr(network, prefix, text);
    }

    private static byte[] literal(String address) {
        if (V4.matcher(address).matches() || V6.matcher(address).matches()) {
            try {
                // Neither form can be a host name, so nothing is looked up.
                return InetAddress.getByName(address).getAddress();
            } catch (UnknownHostException invalid) {
                throw new IllegalArgumentException("is no address", invalid);
            }
        }
        throw new IllegalArgumentException("is no address");
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != network[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || (bytes[whole] ^ network[whole]) >> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
