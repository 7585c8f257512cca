// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.plugin.OrchestrationPlugin;
import java.io.InputStream;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** The description of a Declarative Services component, as far as plugins go. */
final class ComponentXml {
    static final String SERVICE = OrchestrationPlugin.class.getName();

    private ComponentXml() {}

    /** The name of the plugin that a component provides; null if it provides none, empty if it has no name. */
    static @Nullable String pluginName(InputStream xml) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader reader = factory.createXMLStreamReader(xml);
        String name = "";
        boolean provides = false;
        while (reader.hasNext()) {
            if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                String element = reader.getLocalName().toLowerCase(Locale.ROOT);
                if (element.equals("provide")) {
                    provides |= SERVICE.equals(reader.getAttributeValue(null, "interface"));
                } else if (element.equals("property")
                        && OrchestrationPlugin.NAME.equals(reader.getAttributeValue(null, "name"))) {
                    String value = reader.getAttributeValue(null, "value");
                    name = value == null ? reader.getElementText().strip() : value;
                }
            }
        }
        return provides ? name : null;
    }
}
