// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import static io.skep.reference.Markdown.literal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What can be configured, as the bundles tell Config Admin's consoles. */
final class ConfigurationPage {
    private ConfigurationPage() {}

    static String write() {
        Map<String, Element> metatypes = new TreeMap<>();
        for (Path file : Code.files(Code.BUNDLES, ".xml")) {
            if (file.toString().contains("/target/classes/OSGI-INF/metatype/")) {
                Element metatype = read(file);
                elements(metatype, "Designate").forEach(designate -> metatypes.put(pid(designate), metatype));
            }
        }
        Markdown page = new Markdown(
                "Configuration",
                "Files in `etc/` of the instance (`.skep/karaf/etc`), each with what differs from the defaults here. A change is"
                        + " taken\nwhile the server works; a wrong value is refused by name in the log.");
        metatypes.forEach((pid, metatype) -> describe(page, pid, metatype));
        return page.toString();
    }

    private static Element read(Path file) {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(Code.read(file).getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalStateException(file + " is no metatype", e);
        }
    }

    private static Stream<Element> elements(Element in, String name) {
        NodeList found = in.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(found::item).map(Element.class::cast);
    }

    private static String pid(Element designate) {
        String pid = designate.getAttribute("pid");
        return pid.isEmpty() ? designate.getAttribute("factoryPid") + "-NAME" : pid;
    }

    private static void describe(Markdown page, String pid, Element metatype) {
        page.heading(2, pid);
        elements(metatype, "OCD").forEach(its -> page.paragraph(its.getAttribute("description")));
        page.paragraph("File `etc/" + pid + ".cfg`.");
        List<List<String>> rows = new ArrayList<>();
        elements(metatype, "AD")
                .forEach(property -> rows.add(List.of(
                        literal(property.getAttribute("id")),
                        property.getAttribute("type").toLowerCase(Locale.ROOT),
                        literal(property.getAttribute("default")
                                .replace("\\,", ",")
                                .strip()),
                        limits(property),
                        meaning(property))));
        page.table(List.of("key", "type", "default", "limits", "meaning"), rows);
    }

    private static String limits(Element property) {
        String options = String.join(
                ", ",
                elements(property, "Option")
                        .map(option -> literal(option.getAttribute("value")))
                        .toList());
        String least = property.getAttribute("min");
        String most = property.getAttribute("max");
        if (least.isEmpty() && most.isEmpty()) {
            return options;
        }
        return most.isEmpty() ? "at least " + least : least + " to " + most;
    }

    private static String meaning(Element property) {
        String name = property.getAttribute("name");
        String description = property.getAttribute("description");
        return description.isEmpty() ? name : name + ": " + description;
    }
}
