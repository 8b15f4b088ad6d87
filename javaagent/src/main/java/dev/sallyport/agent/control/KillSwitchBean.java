package dev.sallyport.agent.control;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.TreeSet;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanRegistration;
import javax.management.MBeanRegistrationException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/**
 * The kill switch for JMX: it stops, and does not release, since the application can reach it too. A dynamic MBean, because the
 * agent's packages are open to nobody's reflection. Loaded only with the option {@code jmx=true}.
 */
public final class KillSwitchBean implements DynamicMBean, MBeanRegistration {

    /** What it is registered as. */
    public static final String NAME = "dev.sallyport:type=KillSwitch";

    private static final String STOPPED = "Stopped";
    private static final String STRING = String.class.getName();

    /** What stands behind it; safe on any thread. */
    public interface Switch {

        /** Stops an agent, or everybody, a moment later. */
        void kill(String agent, String why);

        /** Returns who is stopped. */
        Collection<String> stopped();
    }

    private final Switch killSwitch;

    /** Creates a bean for a switch. */
    public KillSwitchBean(Switch killSwitch) {
        this.killSwitch = killSwitch;
    }

    /** Registers it with the platform's MBean server, which this may create; not for the start-up path. */
    public void register() throws JMException {
        register(ManagementFactory.getPlatformMBeanServer());
    }

    void register(MBeanServer server) throws JMException {
        server.registerMBean(this, new ObjectName(NAME));
    }

    @Override
    public ObjectName preRegister(MBeanServer server, ObjectName name) {
        return name;
    }

    @Override
    public void postRegister(@Nullable Boolean registered) {}

    /** Whoever has the MBean server could put a bean in its place that does nothing. */
    @Override
    public void preDeregister() throws MBeanRegistrationException {
        throw new MBeanRegistrationException(new UnsupportedOperationException("the kill switch stays"));
    }

    @Override
    public void postDeregister() {}

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
        if (!attribute.equals(STOPPED)) {
            throw new AttributeNotFoundException(attribute);
        }
        return new TreeSet<>(killSwitch.stopped()).toArray(new String[0]);
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        AttributeList list = new AttributeList();
        for (String attribute : attributes) {
            if (attribute.equals(STOPPED)) {
                list.add(new Attribute(STOPPED, new TreeSet<>(killSwitch.stopped()).toArray(new String[0])));
            }
        }
        return list;
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public @Nullable Object invoke(String action, @Nullable Object[] arguments, @Nullable String[] signature)
            throws ReflectionException {
        if (!action.equals("kill")
                || arguments == null
                || arguments.length != 2
                || !(arguments[0] instanceof String agent)
                || !isName(agent)) {
            throw new ReflectionException(new NoSuchMethodException(action + ": there is kill(agent, why) alone"));
        }
        killSwitch.kill(agent, arguments[1] instanceof String why ? why : "");
        return null;
    }

    /** It becomes a word of the state file. */
    private static boolean isName(String agent) {
        for (int i = 0; i < agent.length(); i++) {
            if (agent.charAt(i) <= ' ') {
                return false;
            }
        }
        return !agent.isEmpty();
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo(
                KillSwitchBean.class.getName(),
                "Stops agents. They are released by the state file of the policy alone.",
                new MBeanAttributeInfo[] {
                    new MBeanAttributeInfo(STOPPED, String[].class.getName(), "Who is stopped.", true, false, false)
                },
                null,
                new MBeanOperationInfo[] {
                    new MBeanOperationInfo(
                            "kill",
                            "Stops an agent, or everybody ('all').",
                            new MBeanParameterInfo[] {
                                new MBeanParameterInfo("agent", STRING, "the agent's name, or 'all'"),
                                new MBeanParameterInfo("why", STRING, "who says so, and why")
                            },
                            "void",
                            MBeanOperationInfo.ACTION)
                },
                null);
    }
}
