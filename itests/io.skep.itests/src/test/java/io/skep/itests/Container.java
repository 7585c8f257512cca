// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.container.remote.RBCRemoteTargetOptions;

/** The built distribution as Pax Exam boots it: on ports of its own, without a network, watched for coverage. */
final class Container {
    private static final int PATIENCE_MILLIS = 180_000;
    private static final List<String> OPENS = List.of(
            "java.base/java.security",
            "java.base/java.net",
            "java.base/java.lang",
            "java.base/java.util",
            "java.naming/javax.naming.spi",
            "java.rmi/sun.rmi.transport.tcp");
    private static final List<String> EXPORTS = List.of(
            "java.base/sun.net.www.protocol.http",
            "java.base/sun.net.www.protocol.https",
            "java.base/sun.net.www.protocol.jar",
            "jdk.naming.rmi/com.sun.jndi.url.rmi",
            "java.rmi/sun.rmi.registry");

    private Container() {}

    /** {@code more}: what is different in this one, for instance times that would make its tests long. */
    static Option[] of(String name, Option... more) {
        String archive = new File(System.getProperty("skep.archive")).toURI().toString();
        List<Option> options = new ArrayList<>();
        options.add(karafDistributionConfiguration()
                .frameworkUrl(archive)
                .name(name)
                .unpackDirectory(new File("target/exam/" + name))
                .useDeployFolder(false));
        options.add(configureConsole().ignoreLocalConsole().startRemoteShell());
        options.add(keepRuntimeFolder());
        options.add(RBCRemoteTargetOptions.waitForRBCFor(PATIENCE_MILLIS));
        options.add(editConfigurationFilePut(
                "etc/org.ops4j.pax.url.mvn.cfg",
                "org.ops4j.pax.url.mvn.localRepository",
                System.getProperty("skep.repository")));
        options.add(systemProperty("skep.http.port").value(Integer.toString(freePort())));
        options.add(systemProperty("skep.ssh.port").value(Integer.toString(freePort())));
        options.add(systemProperty("skep.sampleplugin").value(System.getProperty("skep.sampleplugin")));
        options.add(systemProperty("skep.faultplugin").value(System.getProperty("skep.faultplugin")));
        options.add(vmOption(System.getProperty("skep.agent")));
        options.add(vmOption(System.getProperty("skep.server.options")));
        options.add(java17());
        options.addAll(List.of(more));
        return options.toArray(Option[]::new);
    }

    /** A setting in one of the files of ours in {@code etc/}. */
    static Option setting(String pid, String name, String value) {
        return editConfigurationFilePut("etc/" + pid + ".cfg", name, value);
    }

    private static Option java17() {
        String version = System.getProperty("skep.karaf.version");
        List<Option> options = new ArrayList<>();
        options.add(vmOption("--add-reads=java.xml=java.logging"));
        options.add(vmOption("--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED"));
        options.add(
                vmOption("--patch-module=java.base=lib/endorsed/org.apache.karaf.specs.locator-" + version + ".jar"));
        options.add(
                vmOption("--patch-module=java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-" + version + ".jar"));
        OPENS.forEach(open -> options.add(vmOption("--add-opens=" + open + "=ALL-UNNAMED")));
        EXPORTS.forEach(export -> options.add(vmOption("--add-exports=" + export + "=ALL-UNNAMED")));
        return composite(options.toArray(Option[]::new));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
