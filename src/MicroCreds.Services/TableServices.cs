using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Explore;
using MicroCreds.Services.Grades;
using MicroCreds.Services.Health;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Recognition;
using MicroCreds.Services.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Services;

/// <summary>Puts the services of tables, exploration, grades, health and reflection into a node.</summary>
public static class TableServices
{
    /// <summary>Registers the services. They take hosting, trust registry, partner channels, credential verifier and clock from the node.</summary>
    public static IServiceCollection AddTableServices(this IServiceCollection services) => services
        .AddSingleton<EquivalenceAnswers>()
        .AddSingleton<Feed>().AddSingleton<RuleWatch>()
        .AddSingleton<EquivalenceService>()
        .AddSingleton<EquivalenceAdminService>().AddSingleton<CaseRulesReader>().AddSingleton<DraftSimulation>().AddSingleton<PartnerTables>().AddSingleton<PartnerRules>()
        .AddSingleton<AdoptionFollower>().AddHostedService(provider => provider.GetRequiredService<AdoptionFollower>()).AddSingleton<FederationReview>()
        .AddSingleton<ExploreService>()
        .AddSingleton<GradeService>()
        .AddSingleton<NodeHealth>()
        .AddSingleton<HealthService>()
        .AddSingleton<ReflectionService>().AddSingleton<AlphaReflectionService>();

    /// <summary>Maps the services to their paths.</summary>
    public static void MapTableServices(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<EquivalenceService>();
        endpoints.MapGrpcService<EquivalenceAdminService>();
        endpoints.MapGrpcService<ExploreService>();
        endpoints.MapGrpcService<GradeService>();
        endpoints.MapGrpcService<HealthService>();
        endpoints.MapGrpcService<ReflectionService>();
        endpoints.MapGrpcService<AlphaReflectionService>();
    }
}
