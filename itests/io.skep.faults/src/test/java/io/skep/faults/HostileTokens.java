// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An issuer whose tokens a server trusts, with its keys on this machine; makes good tokens and bad ones. */
final class HostileTokens implements AutoCloseable {
    static final String ISSUER = "https://id.test";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer published;
    private final KeyPair keys;
    private final KeyPair others;

    HostileTokens() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        others = generator.generateKeyPair();
        published = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] set = keySet().getBytes(StandardCharsets.UTF_8);
        published.createContext("/keys", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, set.length);
            exchange.getResponseBody().write(set);
            exchange.close();
        });
        published.start();
    }

    /** The lines of the configuration that trust it. */
    String[] settings() {
        return new String[] {
            "free.failures = 1000",
            "address.rate = 1000000",
            "address.burst = 1000000",
            "issuer.test.issuer = " + ISSUER,
            "issuer.test.audience = skep",
            "issuer.test.algorithms = RS256,PS256,ES256",
            "issuer.test.claim.scopes =",
            "issuer.test.jwks = http://127.0.0.1:" + published.getAddress().getPort() + "/keys"
        };
    }

    private String keySet() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"k1\",\"n\":\"" + unsigned(key.getModulus())
                + "\",\"e\":\"" + unsigned(key.getPublicExponent()) + "\"}]}";
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /** A token with these changes, as the table says them. */
    String token(String changes) throws IOException {
        ObjectNode header =
                JSON.createObjectNode().put("alg", "RS256").put("typ", "at+jwt").put("kid", "k1");
        ObjectNode claims =
                JSON.createObjectNode().put("iss", ISSUER).put("aud", "skep").put("sub", "mallory");
        claims.put("exp", now() + 300).put("iat", now()).put("roles", "viewer").put("tenant", "blue");
        claims.put("kind", "human");
        String[] more = {"", ""};
        String[] parts = new String[3];
        String after = "";
        String sign = "";
        for (String change : changes.split(";(?=h[.+]|c[.+]|part|after=|sign=)", -1)) {
            if (change.startsWith("h.") || change.startsWith("c.")) {
                change(change.charAt(0) == 'h' ? header : claims, change.substring(2));
            } else if (change.startsWith("h+") || change.startsWith("c+")) {
                more[change.charAt(0) == 'h' ? 0 : 1] = change.substring(2);
            } else if (change.startsWith("part")) {
                parts[change.charAt(4) - '0'] = change.substring(6);
            } else if (change.startsWith("after=")) {
                after = change.substring(6);
            } else if (change.startsWith("sign=")) {
                sign = change.substring(5);
            } else if (!change.isEmpty()) {
                throw new IllegalArgumentException(change);
            }
        }
        String signed = part(parts[0], header, more[0]) + "." + part(parts[1], claims, more[1]);
        // Parts that are changed keep the signature of what they replace, but where the table has its own.
        String original = part(null, header, more[0]) + "." + part(null, claims, more[1]);
        String signature = parts[2] == null ? sign(original, sign) : parts[2];
        return signed + "." + signature + after;
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static void change(ObjectNode node, String change) throws IOException {
        int equals = change.indexOf('=');
        String name = change.substring(0, equals);
        String value = change.substring(equals + 1);
        if (value.equals("-")) {
            node.remove(name);
        } else if (value.startsWith("@")) {
            node.put(name, now() + Long.parseLong(value.substring(1)));
        } else {
            JsonNode json = JSON.readTree(value);
            node.set(name, json);
        }
    }

    private static String part(String instead, ObjectNode node, String more) {
        if (instead != null) {
            return instead;
        }
        String json = node.toString();
        String whole = json.substring(0, json.length() - 1) + more + "}";
        return BASE64.encodeToString(whole.getBytes(StandardCharsets.UTF_8));
    }

    private String sign(String text, String how) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try {
            if (how.equals("hmac")) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(keys.getPublic().getEncoded(), "HmacSHA256"));
                return BASE64.encodeToString(mac.doFinal(bytes));
            }
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign((how.equals("other") ? others : keys).getPrivate());
            signature.update(bytes);
            return BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        published.stop(0);
    }
}
