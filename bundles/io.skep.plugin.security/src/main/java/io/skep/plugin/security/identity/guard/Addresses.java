// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.guard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Addresses as they are counted by. */
public final class Addresses {
    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    private static final int PREFIX_BYTES = 8;
    private static final int MAX_OTHER = 64;

    private Addresses() {}

    /**
     * What an address counts as: an IPv4 address as itself, also when it is written as a mapped IPv6 one; an IPv6 address as
     * its /64 network, all of which one subscriber has; anything else as its first {@value #MAX_OTHER} characters. Never
     * asks a name server.
     */
    public static String network(String address) {
        String bare =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        int zone = bare.indexOf('%');
        String literal = zone < 0 ? bare : bare.substring(0, zone);
        boolean v6 = literal.indexOf(':') >= 0 && V6.matcher(literal).matches();
        if (v6 || V4.matcher(literal).matches()) {
            try {
                byte[] bytes = InetAddress.getByName(literal).getAddress();
                return bytes.length == 4
                        ? dotted(bytes)
                        : HexFormat.of().formatHex(Arrays.copyOf(bytes, PREFIX_BYTES)) + "/64";
            } catch (UnknownHostException notAnAddress) {
                return literal;
            }
        }
        return address.length() <= MAX_OTHER ? address : address.substring(0, MAX_OTHER);
    }

    private static String dotted(byte[] bytes) {
        return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
    }
}
