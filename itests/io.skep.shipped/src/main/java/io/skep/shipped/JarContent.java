// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** A jar, unpacked in memory as far as it says what it is: everything but classes and natives. */
final class JarContent {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final int LARGEST = 64 << 20;
    private static final Pattern TEXT = Pattern.compile(
            "(META-INF/(.*/)?)?([\\w-]*(LICEN[SC]E|NOTICE)|ThirdPartyNotices)[^/]*", Pattern.CASE_INSENSITIVE);

    private final Map<String, byte[]> files = new TreeMap<>();
    private final String sha256;

    JarContent(byte[] jar) throws IOException {
        sha256 = sha256(jar);
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName();
                if (!entry.isDirectory() && tells(name)) {
                    files.put(name, in.readNBytes(LARGEST));
                }
            }
        }
    }

    private static boolean tells(String name) {
        return name.endsWith(".jar") || name.endsWith(".properties") || name.equals(MANIFEST) || isText(name);
    }

    private static boolean isText(String name) {
        return TEXT.matcher(name).matches() && !name.endsWith(".class");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    String sha256() {
        return sha256;
    }

    /** Files with licences and notices. */
    List<String> texts() {
        return files.keySet().stream().filter(JarContent::isText).toList();
    }

    /** Jars in it, by path. */
    Map<String, byte[]> jars() {
        Map<String, byte[]> jars = new TreeMap<>(files);
        jars.keySet().removeIf(name -> !name.endsWith(".jar"));
        return jars;
    }

    /** What Maven left in it: the coordinates of each artifact whose files are in it. */
    List<Part.Name> coordinates() throws IOException {
        List<Part.Name> found = new ArrayList<>();
        for (String name : files.keySet()) {
            if (name.startsWith("META-INF/maven/") && name.endsWith("/pom.properties")) {
                Properties pom = properties(name);
                found.add(new Part.Name(
                        pom.getProperty("groupId"), pom.getProperty("artifactId"), pom.getProperty("version")));
            }
        }
        return found;
    }

    private Properties properties(String name) throws IOException {
        Properties properties = new Properties();
        byte[] bytes = files.get(name);
        if (bytes != null) {
            properties.load(new ByteArrayInputStream(bytes));
        }
        return properties;
    }

    /** A main header of the manifest; null if there is none. */
    @Nullable
    String header(String name) throws IOException {
        byte[] manifest = files.get(MANIFEST);
        return manifest == null
                ? null
                : new Manifest(new ByteArrayInputStream(manifest))
                        .getMainAttributes()
                        .getValue(name);
    }

    /**
     * The version of a library within, where the jar says it.
     *
     * @param says {@code =VERSION}; {@code host}, as the jar's own; {@code FILE#KEY} of a properties file; {@code
     *     text:NAME-VERSION}, of a directory with a licence; or {@code package:NAME}, as it is exported
     */
    String version(String says, String host) throws IOException {
        String found = find(says, host);
        if (found == null) {
            throw new IOException("the jar does not say the version of what it contains: " + says);
        }
        return found;
    }

    private @Nullable String find(String says, String host) throws IOException {
        if (says.startsWith("=")) {
            return says.substring(1);
        } else if (says.equals("host")) {
            return host;
        } else if (says.startsWith("text:")) {
            return among(Pattern.quote('/' + says.substring(5) + '-') + "([\\w.]+)/", String.join("\n", texts()));
        } else if (says.startsWith("package:")) {
            String exports = header("Export-Package");
            String name = Pattern.quote(says.substring(8));
            return exports == null ? null : among("(?:^|,)" + name + ";version=\"([^\"]+)\"", exports);
        }
        String[] cells = says.split("#", 2);
        return properties(cells[0]).getProperty(cells[1]);
    }

    private static @Nullable String among(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }
}
