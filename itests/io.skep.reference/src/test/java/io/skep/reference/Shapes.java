// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON that a record is read from or written as, as JSON Schema (2020-12). */
final class Shapes {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<Class<?>> WHOLE =
            Set.of(int.class, long.class, short.class, byte.class, Integer.class, Long.class, Short.class, Byte.class);
    private static final Set<Class<?>> BROKEN = Set.of(double.class, float.class, Double.class, Float.class);

    private final Map<Class<?>, String> names = new LinkedHashMap<>();
    private final ObjectNode definitions = NODES.objectNode();

    private Shapes() {}

    static ObjectNode of(Class<?> type) {
        Shapes shapes = new Shapes();
        ObjectNode schema = shapes.record(type);
        if (!shapes.definitions.isEmpty()) {
            schema.set("$defs", shapes.definitions);
        }
        return schema;
    }

    private ObjectNode record(Class<?> type) {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = NODES.arrayNode();
        Map<String, String> said = Code.components(type);
        for (RecordComponent component : type.getRecordComponents()) {
            ObjectNode its = shape(component.getGenericType());
            if (said.containsKey(component.getName())) {
                its.put("description", said.get(component.getName()));
            }
            properties.set(component.getName(), its);
            if (component.isAnnotationPresent(JsonProperty.class)) {
                throw new IllegalStateException(type + " has another name for " + component.getName());
            }
            if (!isNullable(component.getAnnotatedType())) {
                required.add(component.getName());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema.put("additionalProperties", false);
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private ObjectNode shape(Type type) {
        if (type instanceof ParameterizedType of) {
            Class<?> raw = (Class<?>) of.getRawType();
            Type[] arguments = of.getActualTypeArguments();
            ObjectNode schema = NODES.objectNode();
            if (Collection.class.isAssignableFrom(raw)) {
                schema.put("type", "array").set("items", shape(arguments[0]));
                return schema;
            } else if (Map.class.isAssignableFrom(raw)) {
                schema.put("type", "object").set("additionalProperties", shape(arguments[1]));
                return schema;
            }
        } else if (type instanceof Class<?> plain) {
            return shape(plain);
        }
        throw new IllegalStateException("no shape for " + type);
    }

    private ObjectNode shape(Class<?> type) {
        ObjectNode schema = NODES.objectNode();
        if (type == String.class) {
            return schema.put("type", "string");
        } else if (type == boolean.class || type == Boolean.class) {
            return schema.put("type", "boolean");
        } else if (WHOLE.contains(type)) {
            return schema.put("type", "integer");
        } else if (BROKEN.contains(type)) {
            return schema.put("type", "number");
        } else if (type == JsonNode.class || type == Object.class) {
            return schema;
        } else if (type == ObjectNode.class) {
            return schema.put("type", "object");
        } else if (type.isEnum()) {
            ArrayNode values = schema.putArray("enum");
            for (Object constant : type.getEnumConstants()) {
                values.add(word((Enum<?>) constant));
            }
            return schema;
        } else if (type.isRecord()) {
            return schema.put("$ref", "#/$defs/" + defined(type));
        }
        throw new IllegalStateException("no shape for " + type);
    }

    private String defined(Class<?> type) {
        String known = names.get(type);
        if (known != null) {
            return known;
        }
        String name = type.getSimpleName();
        while (names.containsValue(name)) {
            name += "_";
        }
        names.put(type, name);
        definitions.set(name, record(type));
        return name;
    }

    private static String word(Enum<?> constant) {
        for (Method method : constant.getDeclaringClass().getDeclaredMethods()) {
            if (method.isAnnotationPresent(JsonValue.class)) {
                throw new IllegalStateException(constant.getDeclaringClass() + " is written in words of its own");
            }
        }
        return constant.name();
    }
}
