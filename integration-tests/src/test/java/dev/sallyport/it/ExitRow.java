package dev.sallyport.it;

import java.util.List;

/**
 * A way out of the JVM, and what its program sees when it is refused.
 *
 * @param name its name in the program that tries it
 * @param kind who stands at its far end
 * @param refusal what the program sees
 * @param since the first JDK that has it
 * @param until the last JDK that has it
 */
record ExitRow(String name, Kind kind, Refusal refusal, int since, int until) {

    ExitRow(String name, Kind kind, Refusal refusal) {
        this(name, kind, refusal, 0, Integer.MAX_VALUE);
    }

    enum Kind {
        TCP,
        HTTP,
        UDP,
        NAME,
        UNIX,
        PROCESS,
        NATIVE,
        LISTEN,
        UNIX_LISTEN,
        GROUP,
        ECHO,
        ATTACH,
        AGENT
    }

    enum Refusal {
        EGRESS("refused dev.sallyport.EgressDeniedException"),
        NAME("refused dev.sallyport.NameDeniedException"),
        PROCESS("refused dev.sallyport.ProcessDeniedException"),
        NATIVE("refused dev.sallyport.NativeDeniedException"),
        // the methods below swallow every failure, a refusal too
        SWALLOWED("ok"),
        UNRESOLVED("failed java.io.IOException: unresolved"),
        NOTHING_CAME("failed java.io.IOException: nothing came");

        private final String answer;

        Refusal(String answer) {
            this.answer = answer;
        }

        String answer() {
            return answer;
        }
    }

    static final List<ExitRow> ALL = List.of(
            tcp("Socket"),
            tcp("Socket.connect"),
            tcp("SSLSocket"),
            tcp("SocketChannel"),
            tcp("SocketChannel, non-blocking"),
            tcp("SocketChannel.socket"),
            tcp("AsynchronousSocketChannel"),
            tcp("AsynchronousSocketChannel, handler"),
            http("HttpClient.send"),
            http("HttpClient.sendAsync"),
            http("URL.openStream"),
            http("HttpURLConnection"),
            http("HttpURLConnection through a proxy"),
            http("jar:http URL"),
            new ExitRow("URLClassLoader", Kind.HTTP, Refusal.NOTHING_CAME),
            tcp("ftp URL"),
            tcp("RMI registry"),
            tcp("JMX connector"),
            tcp("LDAP"),
            http("XML external DTD"),
            tcp("logging SocketHandler"),
            udp("DatagramSocket.send"),
            udp("DatagramSocket, connected"),
            udp("MulticastSocket.send"),
            udp("DatagramChannel.send"),
            udp("DatagramChannel, connected"),
            udp("DatagramChannel.socket"),
            udp("JNDI DNS"),
            name("InetAddress.getByName", Refusal.NAME),
            name("InetAddress.getAllByName", Refusal.NAME),
            name("InetSocketAddress", Refusal.UNRESOLVED),
            name("URL.hashCode", Refusal.SWALLOWED),
            name("URL.equals", Refusal.SWALLOWED),
            name("SocketPermission.implies", Refusal.SWALLOWED),
            new ExitRow("Unix socket", Kind.UNIX, Refusal.EGRESS),
            new ExitRow("Unix socket, non-blocking", Kind.UNIX, Refusal.EGRESS),
            new ExitRow("ProcessBuilder.start", Kind.PROCESS, Refusal.PROCESS),
            new ExitRow("ProcessBuilder.startPipeline", Kind.PROCESS, Refusal.PROCESS),
            new ExitRow("Runtime.exec", Kind.PROCESS, Refusal.PROCESS),
            new ExitRow("System.load", Kind.NATIVE, Refusal.NATIVE),
            new ExitRow("System.loadLibrary", Kind.NATIVE, Refusal.NATIVE),
            new ExitRow("Runtime.load", Kind.NATIVE, Refusal.NATIVE),
            new ExitRow("Runtime.loadLibrary", Kind.NATIVE, Refusal.NATIVE),
            new ExitRow("PKCS#11 provider", Kind.NATIVE, Refusal.NATIVE),
            new ExitRow("SymbolLookup.libraryLookup", Kind.NATIVE, Refusal.NATIVE, 22, Integer.MAX_VALUE),
            new ExitRow("SymbolLookup.libraryLookup, by name", Kind.NATIVE, Refusal.NATIVE, 22, Integer.MAX_VALUE),
            new ExitRow("Linker.downcallHandle", Kind.PROCESS, Refusal.NATIVE, 22, Integer.MAX_VALUE),
            new ExitRow("Linker.downcallHandle, by address", Kind.PROCESS, Refusal.NATIVE, 22, Integer.MAX_VALUE),
            new ExitRow("CLinker.downcallHandle", Kind.PROCESS, Refusal.NATIVE, 17, 17),
            udp("DatagramSocketImpl of one's own"),
            new ExitRow("DatagramChannel.join", Kind.GROUP, Refusal.EGRESS),
            new ExitRow("MulticastSocket.joinGroup", Kind.GROUP, Refusal.EGRESS),
            // the JDK takes a refusal for a name server that does not know the address
            name("InetAddress.getHostName", Refusal.SWALLOWED),
            name("InetAddress.getCanonicalHostName", Refusal.SWALLOWED),
            new ExitRow("InetAddress.isReachable", Kind.ECHO, Refusal.EGRESS),
            listen("ServerSocket"),
            listen("ServerSocketChannel"),
            listen("ServerSocketChannel.socket"),
            listen("AsynchronousServerSocketChannel"),
            listen("HttpServer"),
            new ExitRow("ServerSocketChannel, Unix", Kind.UNIX_LISTEN, Refusal.EGRESS),
            new ExitRow("VirtualMachine.attach", Kind.ATTACH, Refusal.EGRESS),
            new ExitRow("JMX jvmtiAgentLoad", Kind.AGENT, Refusal.EGRESS));

    boolean isOf(Jdk jdk) {
        return since <= jdk.feature() && jdk.feature() <= until;
    }

    private static ExitRow listen(String name) {
        return new ExitRow(name, Kind.LISTEN, Refusal.EGRESS);
    }

    private static ExitRow tcp(String name) {
        return new ExitRow(name, Kind.TCP, Refusal.EGRESS);
    }

    private static ExitRow http(String name) {
        return new ExitRow(name, Kind.HTTP, Refusal.EGRESS);
    }

    private static ExitRow udp(String name) {
        return new ExitRow(name, Kind.UDP, Refusal.EGRESS);
    }

    private static ExitRow name(String name, Refusal refusal) {
        return new ExitRow(name, Kind.NAME, refusal);
    }

    @Override
    public String toString() {
        return name;
    }
}
