// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A certificate with its chain and key, which were found to fit each other. Immutable. */
final class ServerKeys {
    private static final Pattern CERTIFICATE = block("CERTIFICATE");
    private static final Pattern KEY = block("PRIVATE KEY");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN (\\w+ PRIVATE KEY)-----");
    private static final byte[] SAMPLE = {1, 2, 3};
    /** Of a store that is never written anywhere. */
    private static final char[] IN_MEMORY = "memory".toCharArray();

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final List<X509Certificate> clientCas;

    private ServerKeys(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> clientCas) {
        this.chain = chain;
        this.key = key;
        this.clientCas = clientCas;
    }

    private static Pattern block(String label) {
        return Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]++)-----END " + label + "-----");
    }

    /**
     * Of what the files say.
     *
     * @throws BadKeysException if that cannot serve at {@code now}
     */
    static ServerKeys of(KeyFiles files, Instant now) throws BadKeysException {
        List<X509Certificate> chain = certificates("certificate", files.certificates());
        X509Certificate first = chain.get(0);
        PrivateKey key = key(files.key(), first.getPublicKey());
        checkPair(first.getPublicKey(), key);
        for (int i = 0; i + 1 < chain.size(); i++) {
            checkIssuer(chain.get(i), chain.get(i + 1));
        }
        String clientCa = files.clientCa();
        ServerKeys keys =
                new ServerKeys(chain, key, clientCa == null ? List.of() : certificates("client.ca", clientCa));
        String late = keys.outOfTime(now);
        if (late != null) {
            throw new BadKeysException(late);
        }
        return keys;
    }

    /** Why the certificate is not to be served at that time, or null. */
    @Nullable
    String outOfTime(Instant now) {
        X509Certificate first = chain.get(0);
        if (now.isAfter(end())) {
            return "the certificate ended at " + end();
        }
        Instant begin = first.getNotBefore().toInstant();
        return now.isBefore(begin) ? "the certificate does not begin before " + begin : null;
    }

    /** When the certificate ends. */
    Instant end() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** Whose certificate it is. */
    String subject() {
        return chain.get(0).getSubjectX500Principal().getName();
    }

    /**
     * What handshakes use.
     *
     * @throws BadKeysException if this Java cannot use them
     */
    SSLContext context() throws BadKeysException {
        try {
            KeyStore store = empty();
            store.setKeyEntry("server", key, IN_MEMORY, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, IN_MEMORY);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), trust(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new BadKeysException("the certificate and its key cannot be used", e);
        }
    }

    /** In the clients' authorities; null where none is asked for. */
    private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
        if (clientCas.isEmpty()) {
            return null;
        }
        KeyStore store = empty();
        for (int i = 0; i < clientCas.size(); i++) {
            store.setCertificateEntry("client-" + i, clientCas.get(i));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        return managers.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<X509Certificate> certificates(String property, String pem) throws BadKeysException {
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher block = CERTIFICATE.matcher(pem);
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (block.find()) {
                byte[] der = Base64.getMimeDecoder().decode(block.group(1));
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new BadKeysException("the file of " + property + " has a certificate that cannot be read", e);
        }
        if (certificates.isEmpty()) {
            throw new BadKeysException("the file of " + property + " has no certificate in PEM");
        }
        return List.copyOf(certificates);
    }

    private static PrivateKey key(String pem, PublicKey its) throws BadKeysException {
        Matcher block = KEY.matcher(pem);
        if (!block.find()) {
            Matcher other = OTHER_KEY.matcher(pem);
            throw new BadKeysException(
                    other.find()
                            ? "the file of key has a key of the form \"" + other.group(1)
                                    + "\"; it must be PKCS #8 without a password, as \"openssl pkcs8 -topk8 -nocrypt\" makes it"
                            : "the file of key has no private key in PEM");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(1));
            return KeyFactory.getInstance(its.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new BadKeysException(
                    "the file of key has no " + its.getAlgorithm() + " key, as the certificate needs", e);
        }
    }

    private static void checkPair(PublicKey its, PrivateKey key) throws BadKeysException {
        try {
            Signature signature = Signature.getInstance(algorithm(its));
            signature.initSign(key);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(its);
            signature.update(SAMPLE);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new BadKeysException("the key is not that of the certificate", e);
        }
        throw new BadKeysException("the key is not that of the certificate");
    }

    private static String algorithm(PublicKey its) throws BadKeysException {
        return switch (its.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> throw new BadKeysException("keys of the kind " + its.getAlgorithm() + " are not supported");
        };
    }

    private static void checkIssuer(X509Certificate certificate, X509Certificate issuer) throws BadKeysException {
        try {
            certificate.verify(issuer.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new BadKeysException(
                    "the certificates are not in order, each before that of its issuer: "
                            + certificate.getSubjectX500Principal().getName() + " is not signed by "
                            + issuer.getSubjectX500Principal().getName(),
                    e);
        }
    }
}
