// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.plugin.OrchestrationPlugin;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A class loader of a plugin's own, as its bundle has one: its classes and those of its test are loaded once more, all
 * others are those that are there already.
 */
final class OwnLoader extends URLClassLoader {
    private OwnLoader(URL[] places) {
        super(places, OwnLoader.class.getClassLoader());
    }

    /** A loader for what lies where these classes lie, but for what is ours. */
    static OwnLoader of(Class<?>... classes) {
        Set<String> ours = Stream.of(OwnLoader.class, OrchestrationPlugin.class)
                .flatMap(OwnLoader::place)
                .map(URL::toString)
                .collect(Collectors.toSet());
        List<URL> places = Stream.of(classes)
                .flatMap(OwnLoader::place)
                .filter(place -> !ours.contains(place.toString()))
                .toList();
        return new OwnLoader(places.toArray(URL[]::new));
    }

    /** Another instance of a test, of its class in this loader. */
    PluginFixture again(PluginFixture test) throws ReflectiveOperationException {
        Constructor<?> constructor = loadClass(test.getClass().getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        return (PluginFixture) constructor.newInstance();
    }

    private static Stream<URL> place(Class<?> type) {
        return Stream.ofNullable(type.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .flatMap(Stream::ofNullable);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null && findResource(name.replace('.', '/') + ".class") != null) {
                loaded = findClass(name);
            }
            return loaded == null ? super.loadClass(name, resolve) : loaded;
        }
    }
}
