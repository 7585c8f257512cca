// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for this machine's loopback, made by the JDK's keytool in a key store of a directory, and clients that trust
 * them. For one thread.
 */
public final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path directory;
    private final Path store;

    /** In that directory. */
    public Certificates(Path directory) {
        this.directory = directory;
        store = directory.resolve("certificates.p12");
    }

    /** A certificate of today for thirty days, signed by itself. */
    public Certificates make(String name) {
        return keytool(name, List.of("-validity", "30"));
    }

    /** One that ended five days ago. */
    public Certificates makeExpired(String name) {
        return keytool(name, List.of("-startdate", "-10d", "-validity", "5"));
    }

    /** One that begins tomorrow. */
    public Certificates makeEarly(String name) {
        return keytool(name, List.of("-startdate", "+1d", "-validity", "5"));
    }

    /** An authority, which may sign others. */
    public Certificates makeAuthority(String name) {
        return keytool(name, List.of("-validity", "30", "-ext", "bc:critical=ca:true"));
    }

    /** One signed by an authority that was made before. */
    public Certificates makeSigned(String name, String authority) {
        return keytool(name, List.of("-validity", "30", "-signer", authority));
    }

    /** With a key of that algorithm, for instance RSA. */
    public Certificates makeOf(String name, String algorithm) {
        return keytool(name, List.of("-validity", "30", "-keyalg", algorithm));
    }

    private Certificates keytool(String name, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit"));
        command.addAll(List.of("-alias", name, "-dname", "CN=" + name, "-ext", "san=dns:localhost,ip:127.0.0.1"));
        if (!more.contains("-keyalg")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        command.addAll(more);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(command + ": " + said);
            }
        } catch (IOException e) {
            throw new AssertionError(command.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return this;
    }

    private KeyStore open() throws GeneralSecurityException, IOException {
        KeyStore opened = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            opened.load(in, PASSWORD);
        }
        return opened;
    }

    /** A certificate that was made. */
    public X509Certificate certificate(String name) {
        try {
            return (X509Certificate) open().getCertificate(name);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /** The certificate and those of its authorities, in PEM. */
    public String chain(String name) {
        try {
            StringBuilder all = new StringBuilder();
            for (Certificate certificate : open().getCertificateChain(name)) {
                all.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            return all.toString();
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /** Its key, in PEM. */
    public String key(String name) {
        try {
            Key key = open().getKey(name, PASSWORD);
            return pem("PRIVATE KEY", key.getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(name, e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** Where {@link #install} puts certificates. */
    public Path certificateFile() {
        return directory.resolve("server.crt");
    }

    /** Where {@link #install} puts keys. */
    public Path keyFile() {
        return directory.resolve("server.key");
    }

    /** Puts a certificate and its key where a server reads them, each file at once but one after the other. */
    public void install(String name) {
        write(keyFile(), key(name));
        write(certificateFile(), chain(name));
    }

    /** Replaces a file at once. */
    public static void write(Path file, String text) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    /**
     * A client that trusts these certificates and no others.
     *
     * @param own the client's certificate, or null if it has none
     */
    public SSLContext client(@Nullable String own, String... trusted) {
        try {
            KeyStore present = open();
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            for (String name : trusted) {
                trust.setCertificateEntry(name, present.getCertificate(name));
            }
            TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusting.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? null : ownKeys(present, own), trusting.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyManager[] ownKeys(KeyStore present, String own) throws GeneralSecurityException, IOException {
        KeyStore mine = KeyStore.getInstance("PKCS12");
        mine.load(null, null);
        mine.setKeyEntry("client", present.getKey(own, PASSWORD), PASSWORD, present.getCertificateChain(own));
        KeyManagerFactory showing = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        showing.init(mine, PASSWORD);
        return showing.getKeyManagers();
    }
}
