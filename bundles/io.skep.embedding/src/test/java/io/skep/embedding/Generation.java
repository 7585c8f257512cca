// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A class loader as a bundle has one: the classes and files of ours are loaded once more, all others are there already. */
final class Generation extends URLClassLoader {
    private Generation(URL[] places) {
        super(places, Generation.class.getClassLoader());
    }

    /** Another one; what is in {@code before} is found first. */
    static Generation of(Path... before) throws IOException {
        List<URL> places = new ArrayList<>();
        for (Path directory : before) {
            places.add(directory.toUri().toURL());
        }
        places.add(Path.of("target/classes").toUri().toURL());
        places.add(Path.of("target/test-classes").toUri().toURL());
        return new Generation(places.toArray(URL[]::new));
    }

    /** Another embedder, as its classes in this loader make it. */
    AutoCloseable embedder(Path base) throws ReflectiveOperationException {
        return (AutoCloseable) loadClass(OwnEmbedder.class.getName())
                .getDeclaredConstructor(Path.class)
                .newInstance(base);
    }

    @Override
    public URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? super.getResource(name) : own;
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
