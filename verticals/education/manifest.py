"""The school, as the hub finds it."""

import msgspec

from hub.core.vertical import Example, Sheet, Vertical
from verticals.education.authoring.manifest import slice as authoring
from verticals.education.classwork.manifest import slice as classwork
from verticals.education.courses.manifest import slice as courses
from verticals.education.example import fill
from verticals.education.lti_launch.manifest import slice as lti_launch
from verticals.education.lti_services.manifest import slice as lti_services
from verticals.education.lti_tools.manifest import slice as lti_tools
from verticals.education.records.manifest import slice as records
from verticals.education.roster.manifest import slice as roster

SHEET = Sheet(
    purpose="Une école, ses classes et les familles.",
    does=(
        "Les classes viennent de la liste OneRoster de l'établissement, relue avant d'être prise.",
        "L'enseignant donne ressources et devoirs ; l'élève rend ; l'enseignant note et commente.",
        "Une activité d'un autre outil (LTI 1.3) s'ouvre dans la classe, et sa note y revient.",
        "Un cours mêle textes, vidéos et quiz, donne un certificat et se récupère en xAPI.",
        "Un parent ne voit que ses enfants ; ce qui est à l'élève part avec lui.",
        "Qui part est effacé trois mois après, ou aussitôt s'il le demande.",
    ),
    leaves=("Les notes officielles, les bulletins et la vie scolaire.",),
    audiences=("region", "federation", "town", "office"),
)

vertical = Vertical(
    code="education",
    titles={"fr": "L'école et les familles", "en": "The school and its families"},
    slices=(
        msgspec.structs.replace(roster, messages=SHEET.sentences),
        classwork,
        lti_tools,
        lti_launch,
        lti_services,
        courses,
        authoring,
        records,
    ),
    data_classes=("identity", "contact", "minors", "education"),
    hosting_level="silver",
    example=Example(organisation_kind="school", fill=fill),
    sheet=SHEET,
)
