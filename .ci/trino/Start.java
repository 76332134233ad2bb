/** Starts a Trino server of the version given, as the launcher does, which the Maven repository lacks. */
public final class Start {
    private Start() {}

    public static void main(String[] args) {
        new io.trino.server.Server().start(args[0]);
    }
}
