// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * JSON in and out. Takes nothing that is not exactly what the input's record says, and names the field. Thread-safe; one
 * for each generation, so that nothing of it stays in a cache that outlives the bundle.
 */
public final class Codec {
    private static final int MAX_NAME = 100;

    private final ObjectMapper json = JsonMapper.builder()
            // Jackson's default cache of types is one for the whole server, and kept the class loaders of old versions.
            .typeFactory(TypeFactory.defaultInstance()
                    .withCache((LookupCache<Object, JavaType>) new LRUMap<Object, JavaType>(16, 200)))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    /** As many as there are types of inputs. */
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

    /**
     * The input that {@code data} is.
     *
     * @throws Declination if it is none
     */
    public <T> T read(String data, Class<T> type) {
        try {
            T value = readers.computeIfAbsent(type, json::readerFor).readValue(data);
            if (value == null) {
                throw new Declination("the data must be a JSON object, not null");
            }
            return value;
        } catch (UnrecognizedPropertyException unknown) {
            throw new Declination("there is no field \"" + path(unknown) + "\"");
        } catch (JsonMappingException wrong) {
            throw declination(wrong);
        } catch (JsonProcessingException malformed) {
            throw new Declination("the data is not valid JSON");
        }
    }

    /**
     * What was written by this or another version, fields that this one does not know aside.
     *
     * @throws JsonProcessingException if it is something else
     */
    public <T> T readKept(String document, Class<T> type) throws JsonProcessingException {
        return json.readerFor(type)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .readValue(document);
    }

    /** A record as JSON; fields that are null are left out. */
    public String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("our own records have no cycles and no strange types", impossible);
        }
    }

    /**
     * The value that some text is, however deep its parts are named.
     *
     * @throws Declination if it is no JSON; {@code what} says in the sentence what the text is
     */
    public JsonNode tree(String what, String text) {
        try {
            JsonNode tree = json.readTree(text);
            if (tree == null || tree.isMissingNode()) {
                throw new Declination(what + " is not valid JSON");
            }
            return tree;
        } catch (JsonProcessingException malformed) {
            throw new Declination(what + " is not valid JSON");
        }
    }

    /** A record as a value among others. */
    public JsonNode treeOf(Object value) {
        return json.valueToTree(value);
    }

    private static Declination declination(JsonMappingException wrong) {
        if (wrong.getCause() instanceof Declination ours) {
            return ours;
        }
        String path = path(wrong);
        if (path.isEmpty()) {
            return new Declination("the data must be one JSON object");
        }
        Class<?> wanted = wrong instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        return new Declination("field \"" + path + "\" must be " + (wanted == null ? "of another type" : name(wanted)));
    }

    private static String name(Class<?> type) {
        if (type == String.class) {
            return "text";
        } else if (type == Boolean.class) {
            return "true or false";
        } else if (type == Double.class) {
            return "a number";
        } else if (Number.class.isAssignableFrom(type)) {
            return "a whole number that is not too large";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }

    private static String path(JsonMappingException wrong) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : wrong.getPath()) {
            String name = step.getFieldName();
            if (name == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(name.replaceAll("\\p{Cntrl}", "?"));
            }
        }
        return path.substring(0, Math.min(path.length(), MAX_NAME));
    }
}
