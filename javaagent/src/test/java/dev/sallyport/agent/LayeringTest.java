package dev.sallyport.agent;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which room may use which: the table of {@code docs/architecture.md}. */
class LayeringTest {

    private static final String ANNOTATIONS = "org.jspecify.annotations..";

    private static JavaClasses product;

    @BeforeAll
    static void readTheProductsClasses() {
        product = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.sallyport");
    }

    @Test
    void everyRoomIsOnTheClassPathOfThisTest() {
        for (String room : new String[] {"gate", "policy", "journal", "cli", "agent"}) {
            assertThat(product.that(resideInAPackage("dev.sallyport." + room + "..")))
                    .as("classes of dev.sallyport.%s", room)
                    .isNotEmpty();
        }
    }

    @Test
    void theBootLoadersClassesUseNothingButTheJdk() {
        classes()
                .that()
                .resideInAnyPackage("dev.sallyport", "dev.sallyport.gate..")
                .should()
                .onlyDependOnClassesThat()
                // by which the JVM tells a method who calls it
                .resideInAnyPackage(
                        "java..", "jdk.internal.reflect", "dev.sallyport", "dev.sallyport.gate..", ANNOTATIONS)
                .check(product);
    }

    @Test
    void thePolicyIsALibraryWithoutInstrumentationNetworkOrTelemetry() {
        classes()
                .that()
                .resideInAPackage("dev.sallyport.policy..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "java.lang..",
                                "java.util..",
                                "java.io..",
                                "java.nio..",
                                "java.math..",
                                "java.time..",
                                "java.security..")
                        .or(resideInAnyPackage("dev.sallyport.policy..", "org.snakeyaml.engine..", ANNOTATIONS))
                        // conditions, and the patterns of schemas
                        .or(resideInAnyPackage("dev.cel..", "com.google.common.collect..", "com.google.re2j.."))
                        // the published list of service tags, which is JSON
                        .or(resideInAnyPackage("com.fasterxml.jackson.core.."))
                        // names in the form of RFC 3490, no lookup
                        .or(com.tngtech.archunit.core.domain.JavaClass.Predicates.type(java.net.IDN.class)))
                .check(product);
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.policy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.instrument..", "java.nio.channels..")
                .check(product);
    }

    @Test
    void onlyThreeClassesOfThePolicyHaveConditionsCompiled() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.policy..")
                .and()
                .haveNameNotMatching("dev.sallyport.policy.condition.Cel(Checks|Programs|Values)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.cel..", "com.google.common..")
                .check(product);
    }

    @Test
    void theModelOfThePolicyDoesNotKnowItsYaml() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.policy..")
                .and()
                .resideOutsideOfPackage("dev.sallyport.policy.load..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml.engine..")
                .check(product);
    }

    @Test
    void theJournalUsesOnlyTheJdkAndItsJsonStreamer() {
        classes()
                .that()
                .resideInAPackage("dev.sallyport.journal..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "dev.sallyport.journal..", "com.fasterxml.jackson.core..", ANNOTATIONS)
                .check(product);
    }

    @Test
    void theCommandLineUsesThePolicyAndTheJournalAndNotTheAgent() {
        classes()
                .that()
                .resideInAPackage("dev.sallyport.cli..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        // reports in the form of JUnit
                        "javax.xml.stream..",
                        "dev.sallyport.cli..",
                        "dev.sallyport.policy..",
                        "dev.sallyport.journal..",
                        "com.fasterxml.jackson.core..",
                        "picocli..",
                        ANNOTATIONS)
                .check(product);
    }

    @Test
    void theDoorUsesOnlyTheJdkAndTheBootLoadersClasses() {
        classes()
                .that()
                .resideInAPackage("dev.sallyport.launch..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "dev.sallyport.launch..", "dev.sallyport", "dev.sallyport.gate..", ANNOTATIONS)
                .allowEmptyShould(true)
                .check(product);
    }

    @Test
    void nothingOfTheAgentUsesTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.agent..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sallyport.cli..")
                .check(product);
    }

    @Test
    void nobodyInsideTheAgentReachesUpToItsStart() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.agent.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sallyport.agent")
                .check(product);
    }

    @Test
    void weavingKnowsNoExitClientOrFramework() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.agent.weave..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.sallyport.agent..")
                        .and(not(resideInAPackage("dev.sallyport.agent.weave.."))))
                .allowEmptyShould(true)
                .check(product);
    }

    @Test
    void theRoomsInsideTheAgentDoNotGoInCircles() {
        slices().matching("dev.sallyport.agent.(*)..").should().beFreeOfCycles().check(product);
    }
}
