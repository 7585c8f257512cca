// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Connections to real files, whose statements fail on demand as on a broken or full disk. */
final class Faults implements Sql.Connector {
    private record Fault(String file, String sql, SQLException error) {}

    private final AtomicReference<@Nullable Fault> fault = new AtomicReference<>();

    /** From now on every statement on {@code file} that begins so fails. */
    void arm(String file, String sql, SQLiteErrorCode code) {
        fault.set(new Fault(file, sql, new SQLiteException("injected " + code, code)));
    }

    void disarm() {
        fault.set(null);
    }

    @Override
    public Connection open(Path file, boolean readOnly) throws SQLException {
        Connection connection = Sql.open(file, readOnly);
        String name = file.getFileName().toString();
        return proxy(Connection.class, (method, arguments) -> {
            Object result = method.on(connection);
            if (result instanceof PreparedStatement statement) {
                return proxy(PreparedStatement.class, (called, values) -> {
                    if (called.name().startsWith("execute")) {
                        check(name, (String) arguments[0]);
                    }
                    return called.on(statement);
                });
            }
            if (result instanceof Statement statement) {
                return proxy(Statement.class, (called, values) -> {
                    if (called.name().startsWith("execute")) {
                        check(name, (String) values[0]);
                    }
                    return called.on(statement);
                });
            }
            return result;
        });
    }

    private void check(String file, String sql) throws SQLException {
        Fault armed = fault.get();
        if (armed != null && armed.file().equals(file) && sql.startsWith(armed.sql())) {
            throw armed.error();
        }
    }

    /** A call on its way to the real object. */
    private record Call(java.lang.reflect.Method method, Object[] arguments) {
        String name() {
            return method.getName();
        }

        Object on(Object target) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private interface Handler {
        Object handle(Call call, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                Faults.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> handler.handle(new Call(method, arguments), arguments)));
    }
}
