package observe

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// flushTime is how long the last spans may take to be sent: a collector that is away holds nobody up for longer.
const flushTime = 5 * time.Second

// Traces sends spans by OTLP over HTTP if the environment says where to: OTEL_EXPORTER_OTLP_ENDPOINT, or
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT. The other variables of OpenTelemetry hold too: headers, sampler, attributes.
// Without an address, or with OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER=none, the provider is nil and nothing is done.
// End sends what has not been sent.
func Traces(ctx context.Context, version string, env func(string) string) (_ trace.TracerProvider, end func() error, err error) {
	nothing := func() error { return nil }
	if !wanted(env) {
		return nil, nothing, nil
	}
	if p := protocol(env); p != "" && !strings.HasPrefix(p, "http/") {
		return nil, nothing, fmt.Errorf("traces: OTEL_EXPORTER_OTLP_PROTOCOL is %s; http/protobuf is what there is", p)
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nothing, fmt.Errorf("traces: %w", err)
	}
	about, err := resource.New(ctx, // what comes last wins: the environment may name the service otherwise
		resource.WithAttributes(attribute.String("service.name", "hindcast"), attribute.String("service.version", version)),
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithProcessPID(), resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, nothing, fmt.Errorf("traces: %w", err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	return provider, func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		return provider.Shutdown(ctx)
	}, nil
}

// wanted tells whether the environment asks for traces.
func wanted(env func(string) string) bool {
	if strings.EqualFold(env("OTEL_SDK_DISABLED"), "true") || env("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return env("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
}

func protocol(env func(string) string) string {
	if p := env("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"); p != "" {
		return p
	}
	return env("OTEL_EXPORTER_OTLP_PROTOCOL")
}
