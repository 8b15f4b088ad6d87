package dev.sallyport.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What JMX can do to the kill switch. */
class KillSwitchBeanTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final List<String> kills = new ArrayList<>();

    @Test
    void itStopsAndSaysWhoIsStoppedAndReleasesNobody() throws JMException {
        ObjectName name = registered();

        invoke(name, "kill", "refund", "ana: loops");

        assertThat(kills).containsExactly("refund ana: loops");
        assertThat((String[]) server.getAttribute(name, "Stopped")).containsExactly("refund ana: loops");
        assertThat(server.getMBeanInfo(name).getOperations())
                .extracting(MBeanOperationInfo::getName)
                .containsExactly("kill");
        assertThatThrownBy(() -> invoke(name, "release", "refund", "why")).isInstanceOf(JMException.class);
        assertThatThrownBy(() -> invoke(name, "kill", "refund\nrelease all", "why"))
                .isInstanceOf(JMException.class);
    }

    @Test
    void nobodyPutsAnotherInItsPlace() throws JMException {
        ObjectName name = registered();

        assertThatThrownBy(() -> server.unregisterMBean(name))
                .isInstanceOf(JMException.class)
                .hasRootCauseMessage("the kill switch stays");
        invoke(name, "kill", "refund", "ana: loops");

        assertThat(kills).containsExactly("refund ana: loops");
    }

    private ObjectName registered() throws JMException {
        new KillSwitchBean(new KillSwitchBean.Switch() {
                    @Override
                    public void kill(String agent, String why) {
                        kills.add(agent + " " + why);
                    }

                    @Override
                    public Collection<String> stopped() {
                        return kills;
                    }
                })
                .register(server);
        return new ObjectName(KillSwitchBean.NAME);
    }

    private void invoke(ObjectName name, String operation, String agent, String why) throws JMException {
        server.invoke(
                name, operation, new Object[] {agent, why}, new String[] {String.class.getName(), String.class.getName()
                });
    }
}
