// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.Refusal;
import io.skep.core.state.PluginRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import javax.xml.stream.XMLStreamException;
import org.apache.felix.utils.manifest.Clause;
import org.apache.felix.utils.manifest.Parser;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/** Looks into a jar before anything changes: whether it is a bundle with a plugin, and one that can be swapped. */
final class JarInspector {
    /** A plugin that publishes its service by itself says its name in this header of its manifest. */
    static final String NAME_HEADER = "Skep-Plugin-Name";

    private static final String API = "io.skep.api.";
    private static final int MAX_ENTRIES = 20_000;
    private static final long MAX_BYTES = 256L << 20;

    private JarInspector() {}

    /**
     * What is in it.
     *
     * @throws Refusal if it is no plugin, or one that could not be swapped, with the reason
     */
    static PluginJar inspect(Path file) {
        return inspect(file, MAX_ENTRIES, MAX_BYTES);
    }

    /** The same with other limits. */
    static PluginJar inspect(Path file, int maxEntries, long maxBytes) {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            readAll(jar, maxEntries, maxBytes);
            Manifest manifest = jar.getManifest();
            Attributes headers = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String symbolicName = name(headers.getValue(Constants.BUNDLE_SYMBOLICNAME));
            if (symbolicName == null) {
                throw refused("it is no bundle: its manifest has no Bundle-SymbolicName");
            }
            String plugin = plugin(jar, headers);
            if (plugin == null) {
                throw refused("the bundle " + symbolicName + " has no plugin: none of its components provides "
                        + ComponentXml.SERVICE);
            }
            String version = version(headers.getValue(Constants.BUNDLE_VERSION));
            checkExports(headers.getValue(Constants.EXPORT_PACKAGE));
            List<PluginJar.Import> imports = imports(headers.getValue(Constants.IMPORT_PACKAGE));
            return new PluginJar(
                    file, plugin, new PluginRecord.Build(symbolicName, version, JarStore.sha256(file)), imports);
        } catch (ZipException e) {
            throw refused("it is no jar, or not all of one: " + e.getMessage());
        } catch (IOException e) {
            throw refused("it cannot be read: " + e.getMessage());
        } catch (XMLStreamException e) {
            throw refused("the description of one of its components cannot be read: " + e.getMessage());
        }
    }

    /** Whether a file is a jar with a plugin, whatever else is wrong with it. */
    static boolean isPlugin(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            Manifest manifest = jar.getManifest();
            return manifest != null && plugin(jar, manifest.getMainAttributes()) != null;
        } catch (IOException | XMLStreamException e) {
            return false;
        }
    }

    static Refusal refused(String reason) {
        return Refusal.invalid("jar", reason);
    }

    /** Every byte, so that what is cut off, damaged or blown up is found out now. */
    private static void readAll(JarFile jar, int maxEntries, long maxBytes) throws IOException {
        long left = maxBytes;
        int entries = 0;
        for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
            if (++entries > maxEntries) {
                throw refused("it has more than " + maxEntries + " entries");
            }
            left -= read(jar, all.nextElement(), left);
            if (left < 0) {
                throw refused("unpacked it has more than " + maxBytes + " bytes");
            }
        }
    }

    /** The length of an entry; not much more than {@code most} of it is read. */
    private static long read(JarFile jar, JarEntry entry, long most) throws IOException {
        byte[] buffer = new byte[64 << 10];
        CRC32 checksum = new CRC32();
        long bytes = 0;
        try (InputStream in = jar.getInputStream(entry)) {
            for (int read = in.read(buffer); read >= 0 && bytes <= most; read = in.read(buffer)) {
                bytes += read;
                checksum.update(buffer, 0, read);
            }
        }
        if (bytes <= most && entry.getCrc() >= 0 && entry.getCrc() != checksum.getValue()) {
            throw refused("its entry " + entry.getName() + " is damaged");
        }
        return bytes;
    }

    private static @Nullable String plugin(JarFile jar, Attributes headers) throws IOException, XMLStreamException {
        String said = headers.getValue(NAME_HEADER);
        if (said != null && !said.isBlank()) {
            return said.strip();
        }
        Clause[] components = Parser.parseHeader(headers.getValue("Service-Component"));
        for (Clause component : components == null ? new Clause[0] : components) {
            JarEntry entry = jar.getJarEntry(component.getName());
            if (entry != null) {
                try (InputStream in = jar.getInputStream(entry)) {
                    String name = ComponentXml.pluginName(in);
                    if (name != null) {
                        return name;
                    }
                }
            }
        }
        return null;
    }

    private static @Nullable String name(@Nullable String header) {
        Clause[] clauses = header == null ? null : Parser.parseHeader(header);
        return clauses == null || clauses.length == 0 ? null : clauses[0].getName();
    }

    private static String version(@Nullable String header) {
        try {
            return Version.parseVersion(header).toString();
        } catch (IllegalArgumentException e) {
            throw refused("its Bundle-Version " + header + " is none");
        }
    }

    private static void checkExports(@Nullable String header) {
        if (header != null && !header.isBlank()) {
            throw refused("it exports packages (" + Parser.parseHeader(header)[0].getName()
                    + "): others could then hold on to it, and it could not be swapped");
        }
    }

    private static List<PluginJar.Import> imports(@Nullable String header) {
        List<PluginJar.Import> imports = new ArrayList<>();
        Clause[] clauses = header == null ? null : Parser.parseHeader(header);
        for (Clause clause : clauses == null ? new Clause[0] : clauses) {
            if ("optional".equals(clause.getDirective(Constants.RESOLUTION_DIRECTIVE))) {
                throw refused("it imports " + clause.getName()
                        + " optionally: it would be restarted when somebody installs that; import it or leave it out");
            }
            if (clause.getName().startsWith(API)) {
                String range = clause.getAttribute(Constants.VERSION_ATTRIBUTE);
                imports.add(new PluginJar.Import(clause.getName(), range == null ? "0" : range));
            }
        }
        return imports;
    }
}
