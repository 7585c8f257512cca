package ${package};

import io.skep.plugin.base.Inputs;

/** Greets. Thread-safe. */
final class ${className} {
    /** Who is to be greeted, with 1 to 100 characters. */
    record Request(String name) {
        Request {
            Inputs.text("name", Inputs.required("name", name), 100);
        }
    }

    /** The greeting. */
    record Answer(String text) {}

    Answer greet(Request request) {
        return new Answer("Hello, " + request.name());
    }
}
