using System.Collections.Immutable;
using Google.Protobuf.Reflection;
using MicroCreds.Federation.V1;

namespace MicroCreds.Services;

/// <summary>Every service a node serves and the proto files they are declared in.</summary>
public static class ServiceCatalogue
{
    /// <summary>The services, by full name.</summary>
    public static ImmutableArray<ServiceDescriptor> Services { get; } =
    [
        .. new[]
        {
            AgreementServiceReflection.Descriptor, AssessmentServiceReflection.Descriptor, EquivalenceAdminServiceReflection.Descriptor, EquivalenceServiceReflection.Descriptor,
            ExchangeServiceReflection.Descriptor, ExploreServiceReflection.Descriptor, GradeServiceReflection.Descriptor, MemberServiceReflection.Descriptor,
            RecognitionServiceReflection.Descriptor, Grpc.Health.V1.HealthReflection.Descriptor, Grpc.Reflection.V1.ReflectionReflection.Descriptor, Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor,
        }.SelectMany(f => f.Services).OrderBy(s => s.FullName, StringComparer.Ordinal),
    ];

    /// <summary>The files, each once and after those it imports; also those of the details a refusal carries.</summary>
    public static ImmutableArray<FileDescriptor> Files { get; } = [.. Services.Select(s => s.File).Concat([ErrorsReflection.Descriptor, Google.Rpc.StatusReflection.Descriptor, Google.Rpc.ErrorDetailsReflection.Descriptor]).SelectMany(WithImports).DistinctBy(f => f.Name)];

    /// <summary>A file after every file it imports, directly or not; a file may stand several times.</summary>
    internal static IEnumerable<FileDescriptor> WithImports(FileDescriptor file) => file.Dependencies.SelectMany(WithImports).Append(file);
}
