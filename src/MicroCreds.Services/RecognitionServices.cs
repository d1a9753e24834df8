using MicroCreds.Services.Agreements;
using MicroCreds.Services.Assessment;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Recognition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Services;

/// <summary>Makes and maps the services about cases.</summary>
public static class RecognitionServices
{
    /// <summary>
    /// Adds what the services about cases are made of, and the walk that lets time act on them. Needs <see cref="Institutions.Hosting"/>,
    /// <see cref="Members.TrustRegistry"/>, <see cref="Exchange.IPartnerChannels"/>, <see cref="Domain.Verification.ICredentialVerifier"/>, <see cref="NodeMetrics"/> and a <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddRecognitionServices(this IServiceCollection services) => services
        .AddSingleton<CaseRulesReader>().AddSingleton<RuleTrial>().AddSingleton<CredentialIntake>().AddSingleton<CaseFiles>().AddSingleton<CaseChanges>().AddSingleton<SeveralCases>().AddSingleton<Feed>().AddSingleton<CaseWatch>().AddSingleton<SubmissionStreams>().AddSingleton<PartnerForwarding>()
        .AddSingleton<DecisionStatusLists>().AddSingleton<RecognitionService>().AddSingleton<AssessmentService>().AddSingleton<AgreementService>()
        .AddSingleton<CaseClockService>().AddHostedService(provider => provider.GetRequiredService<CaseClockService>());

    /// <summary>Maps <c>RecognitionService</c>, <c>AssessmentService</c> and <c>AgreementService</c>, and the status lists of exported decisions.</summary>
    public static IEndpointRouteBuilder MapRecognitionServices(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<RecognitionService>();
        endpoints.MapGrpcService<AssessmentService>();
        endpoints.MapGrpcService<AgreementService>();
        DecisionStatusLists.Map(endpoints);
        return endpoints;
    }
}
