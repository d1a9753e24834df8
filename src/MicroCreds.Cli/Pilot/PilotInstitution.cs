using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;

namespace MicroCreds.Cli.Pilot;

/// <summary>One institution of the pilot.</summary>
/// <param name="Organisation">SCHAC.</param>
/// <param name="Name">Legal name, also in its seal.</param>
/// <param name="Kind">University or other provider; the track of its credentials follows from it.</param>
/// <param name="LegalIdentifier">Identifier its seal carries.</param>
internal sealed record PilotInstitution(OrganisationId Organisation, string Name, MemberKind Kind, string LegalIdentifier)
{
    /// <summary>The university that is asked to recognise.</summary>
    public static readonly PilotInstitution Roma = new(OrganisationId.Parse("uni-roma.example"), "Università di Roma (pilota)", MemberKind.HigherEducationInstitution, "VATIT-01234567897");

    /// <summary>A partner university with a published rule.</summary>
    public static readonly PilotInstitution Madrid = new(OrganisationId.Parse("uni-madrid.example"), "Universidad de Madrid (piloto)", MemberKind.HigherEducationInstitution, "VATES-Q2812345B");

    /// <summary>A volunteering organisation, no university.</summary>
    public static readonly PilotInstitution Voluntariado = new(OrganisationId.Parse("voluntariado.example"), "Voluntariado en Red (piloto)", MemberKind.OtherProvider, "VATES-G12345674");

    /// <summary>All three.</summary>
    public static readonly IReadOnlyList<PilotInstitution> All = [Roma, Madrid, Voluntariado];
}
