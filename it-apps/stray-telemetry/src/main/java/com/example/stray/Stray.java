package com.example.stray;

import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import java.io.StringReader;
import java.util.Properties;
import javax.xml.parsers.DocumentBuilderFactory;
import liquibase.command.CommandScope;
import net.sf.ehcache.CacheManager;
import org.apache.logging.log4j.LogManager;
import org.quartz.impl.StdSchedulerFactory;
import org.xml.sax.InputSource;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Uses a library in a harmless way, and lives for what it does on threads of its own until its input ends. Which library
 * is the first argument; the second, where there is one, is a URL of somebody else's choice.
 */
public final class Stray {

    private Stray() {}

    public static void main(String[] args) throws Exception {
        try {
            use(args[0], args.length > 1 ? args[1] : "");
        } catch (Exception | LinkageError e) {
            System.out.println("failed: " + e.getClass().getName());
        }
        System.out.println("OUT used");
        while (System.in.read() >= 0) {
            // lives until its input ends
        }
        Runtime.getRuntime().halt(0);
    }

    private static void use(String library, String url) throws Exception {
        switch (library) {
            case "ehcache" -> new CacheManager().addCache("orders");
            case "quartz" -> {
                Properties properties = new Properties();
                properties.setProperty("org.quartz.threadPool.threadCount", "1");
                properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "false");
                new StdSchedulerFactory(properties).getScheduler().start();
            }
            case "hazelcast" -> {
                Config config = new Config();
                boolean discover = Boolean.getBoolean("discover");
                config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(discover);
                config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
                config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
                Hazelcast.newHazelcastInstance(config);
            }
            case "liquibase" ->
                new CommandScope("history")
                        .addArgumentValue("url", "jdbc:h2:mem:orders")
                        .execute();
            case "s3" -> S3Client.create();
            case "azure-identity" ->
                new ManagedIdentityCredentialBuilder()
                        .maxRetry(0)
                        .build()
                        .getTokenSync(new TokenRequestContext().addScopes("https://management.azure.com/.default"));
            case "xml" ->
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader("<!DOCTYPE order SYSTEM \"" + url + "\"><order/>")));
            case "log4j" -> LogManager.getLogger(Stray.class).error("order ${jndi:" + url + "}");
            default -> throw new IllegalArgumentException(library);
        }
    }
}
